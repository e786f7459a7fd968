/** The switches, by group, and what the one does that was touched last. */
import { html } from 'htm/preact'
import { useState } from 'preact/hooks'
import { ACTIONS, TOGGLES } from '../switches.mjs'

const GROUPS = ['background', 'life', 'network', 'server', 'handshake', 'platform']
const ALL = [...ACTIONS, ...TOGGLES]

export function Switches({ t, playground, isOpen, kill, launch }) {
  const [explained, setExplained] = useState()
  const { switches, stays, send } = playground
  const isBusy = Boolean(stays.a) || !isOpen

  const touch = ({ id, isToggle, needsRestart }) => {
    setExplained(id)
    if (!isToggle) return send({ type: 'action', id })
    send({ type: 'switch', id, on: !switches[id] })
    if (needsRestart) launch()
  }
  const button = (entry, label, onClick, more) => html`
    <button
      key=${entry.id}
      data-switch=${entry.id}
      onClick=${onClick}
      onMouseEnter=${() => setExplained(entry.id)}
      onFocus=${() => setExplained(entry.id)}
      ...${more}
    >
      ${label}
    </button>
  `
  const all = ALL.map(entry => ({ ...entry, isToggle: TOGGLES.includes(entry) }))
  const ofGroup = group =>
    all
      .filter(entry => entry.group === group)
      .map(entry =>
        button(entry, t.switches[entry.id].label, () => touch(entry), {
          'aria-pressed': entry.isToggle ? Boolean(switches[entry.id]) : undefined,
          disabled: entry.at === 'phone' && !entry.isToggle && isBusy,
        }),
      )
  const life = isOpen
    ? button({ id: 'kill' }, t.switches.kill.label, kill, { disabled: Boolean(stays.a) })
    : button({ id: 'launch' }, t.switches.launch.label, launch)

  return html`
    <div class="switches">
      ${GROUPS.map(
        group => html`
          <fieldset key=${group}>
            <legend>${t.groups[group]}</legend>
            <div>${ofGroup(group)} ${group === 'life' && life}</div>
          </fieldset>
        `,
      )}
      <p class="explained" aria-live="polite">
        ${explained ? t.switches[explained].explained : t.begin}
      </p>
    </div>
  `
}
