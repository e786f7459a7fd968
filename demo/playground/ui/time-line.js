/** The packets as they go by between the phones and the server, and what happened to them. */
import { html } from 'htm/preact'
import { memo } from 'preact/compat'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { ACTIONS, TOGGLES } from '../switches.mjs'
import { phoneOf } from './playground.js'
import { Strip } from './strip.js'

/** Pixels from the end within which a reader follows the newest row. */
const NEAR_THE_END = 24
/** Milliseconds from which on a packet was held up. */
const NOTICEABLE = 50
const PINGS = ['pingreq', 'pingresp']

export function TimeLine({ t, playground, hasSecond }) {
  const [showsPings, setShowsPings] = useState(true)
  const [opened, setOpened] = useState()
  const list = useRef()
  const follows = useRef(true)
  const rows = playground.rows.filter(row => isShown(row, { showsPings, hasSecond }))

  useLayoutEffect(() => {
    if (follows.current) list.current.scrollTop = list.current.scrollHeight
  }, [rows.length, hasSecond])
  const onScroll = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
    follows.current = scrollTop + clientHeight > scrollHeight - NEAR_THE_END
  }

  return html`
    <div class="time-line">
      <${Strip} t=${t} playground=${playground} hasSecond=${hasSecond} />
      <div class="head">
        <span class="track names"><i>A</i><i>${t.server}</i><i>${hasSecond ? 'B' : ''}</i></span>
        <span class="fill"></span>
        <label>
          <input
            type="checkbox"
            checked=${showsPings}
            onChange=${event => setShowsPings(event.currentTarget.checked)}
          />
          ${t.pings}
        </label>
        <button onClick=${() => playground.send({ type: 'clear' })}>${t.clear}</button>
      </div>
      <ol ref=${list} onScroll=${onScroll}>
        ${rows.length === 0 && html`<li class="empty">${t.noRows}</li>`}
        ${rows.map(
          row =>
            html`<${Row}
              key=${row.n}
              row=${row}
              t=${t}
              isOpened=${opened === row.n}
              open=${setOpened}
            />`,
        )}
      </ol>
    </div>
  `
}

function isShown({ kind, cmd, phone, peer }, { showsPings, hasSecond }) {
  if (!showsPings && kind === 'packet' && PINGS.includes(cmd)) return false
  return hasSecond || (phone !== 'b' && phoneOf(peer) !== 'b')
}

const Row = memo(({ row, t, isOpened, open }) => {
  if (row.kind === 'switch') {
    const { group } = [...ACTIONS, ...TOGGLES].find(({ id }) => id === row.name)
    const text = t.switched(t.groups[group], t.switches[row.name].label, row.on)
    return html`<li class="row switch"><time>${timeOfDay(row.at)}</time><b>${text}</b></li>`
  }
  const phone = row.phone ?? phoneOf(row.peer)
  const toggle = () => open(isOpened ? undefined : row.n)
  return html`
    <li
      class="row ${row.name ?? ''} ${row.fate ?? ''}"
      data-kind=${row.kind}
      data-name=${row.name ?? row.cmd}
      data-phone=${phone}
    >
      <button
        class="line"
        aria-expanded=${row.detail ? isOpened : undefined}
        onClick=${row.detail && toggle}
      >
        <time>${timeOfDay(row.at)}</time>
        <span class="track ${phone ?? 'other'} ${row.dir ?? ''}"></span>
        ${row.kind === 'packet' ? packetCells(row, t) : eventCells(row, t)}
      </button>
      ${isOpened && html`<pre ref=${showAll}>${JSON.stringify(row.detail, undefined, 2)}</pre>`}
    </li>
  `
})

function showAll(element) {
  element?.scrollIntoView({ block: 'nearest' })
}

function packetCells({ cmd, text, size, fate, late, peer }, t) {
  const note =
    fate === 'passed'
      ? late > NOTICEABLE && t.late(late)
      : { waiting: t.waiting, lost: t.lost }[fate]
  return html`
    <b class="kind ${cmd}">${cmd.toUpperCase()}</b>
    <span class="text"> ${!phoneOf(peer) && peer && html`<em>${peer} </em>`}${text} </span>
    ${note && html`<em class="fate">${note}</em>`}
    <small>${size} B</small>
  `
}

function eventCells({ kind, name, text, detail }, t) {
  const label = t.events[kind]?.[name] ?? name
  const shown = t.eventTexts[name]?.(text) ?? text
  return html`
    <b class="kind event">${t.sources[kind]}</b>
    <span class="text">
      ${label} ${detail?.code !== undefined && html` <code class="code">${detail.code}</code>`}
      ${detail?.final && html` <code class="code">${t.isFinal}</code>`}
      ${shown !== undefined && html` <code>${shown}</code>`}
    </span>
  `
}

function timeOfDay(at) {
  const date = new Date(at)
  const two = number => String(number).padStart(2, '0')
  const ms = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`
}
