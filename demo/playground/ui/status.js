/** What the client on a phone is doing: its state, its next attempt, and what it has counted. */
import { html } from 'htm/preact'
import { useNow } from './now.js'

export function Status({ id, t, playground }) {
  const { state = 'killed', next, counts = {} } = playground.states[id] ?? {}
  const error = playground.errors[id]
  const { up, down } = playground.traffic[id]
  const now = useNow(next !== undefined)
  const wait = next === undefined ? undefined : Math.max(0, Math.ceil((next - now) / 1000))
  return html`
    <div class="status" data-phone=${id} data-state=${state}>
      <div class="state">
        <i></i>
        <b>${t.states[state]}</b>
        ${wait !== undefined && html`<span class="next">${t.nextAttempt(wait)}</span>`}
        <small>${t.phones[id]}</small>
      </div>
      <dl>
        <div>
          <dt>${t.counts.connects}</dt>
          <dd>${counts.connect ?? 0}</dd>
        </div>
        <div>
          <dt>${t.counts.retries}</dt>
          <dd>${counts.reconnect ?? 0}</dd>
        </div>
        <div>
          <dt>${t.counts.errors}</dt>
          <dd>${counts.error ?? 0}</dd>
        </div>
        <div>
          <dt>${t.counts.messages}</dt>
          <dd>${counts.message ?? 0}</dd>
        </div>
        <div>
          <dt>↑</dt>
          <dd>${up.packets} <small>${size(up.bytes)}</small></dd>
        </div>
        <div>
          <dt>↓</dt>
          <dd>${down.packets} <small>${size(down.bytes)}</small></dd>
        </div>
      </dl>
      ${error && html`<${LastError} t=${t} error=${error} />`}
    </div>
  `
}

function LastError({ t, error: { code, message, hint = '', final } }) {
  return html`
    <p class="last-error">
      <code>${code}</code>${final && html` <code>${t.isFinal}</code>`} ${message}
      ${hint && html`<br /><span>${t.ofHint(hint)}</span>`}
    </p>
  `
}

function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`
}
