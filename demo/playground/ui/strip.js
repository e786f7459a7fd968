/** The last minute at a glance: each phone's state as a band, its packets as ticks. */
import { html } from 'htm/preact'
import { useNow } from './now.js'
import { phoneOf } from './playground.js'

const SPAN = 60_000
const WIDTH = 600
const LANE = 26

export function Strip({ t, playground, hasSecond }) {
  const now = useNow(true)
  const phones = hasSecond ? ['a', 'b'] : ['a']
  const x = at => WIDTH - ((now - at) / SPAN) * WIDTH
  const isRecent = ({ kind, at }) => kind === 'packet' && at > now - SPAN
  const packets = playground.rows.filter(isRecent)
  return html`
    <svg
      class="strip"
      viewBox="0 0 ${WIDTH} ${LANE * phones.length}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${t.lastMinute}
    >
      ${phones.map((phone, lane) => {
        const middle = lane * LANE + LANE / 2
        return html`
          <g key=${phone}>
            ${bandsOf(playground.history[phone], now).map(
              ({ name, from, to }) =>
                html`<rect
                  class="band ${name}"
                  x=${x(from)}
                  y=${middle - 3}
                  width=${Math.max(0, x(to) - x(from))}
                  height="6"
                />`,
            )}
            ${packets
              .filter(({ peer }) => phoneOf(peer) === phone)
              .map(
                ({ n, at, dir, cmd }) =>
                  html`<rect
                    key=${n}
                    class="tick ${dir} ${cmd}"
                    x=${x(at)}
                    y=${dir === 'up' ? middle - 11 : middle + 4}
                    width="2"
                    height="7"
                  />`,
              )}
          </g>
        `
      })}
    </svg>
  `
}

function bandsOf(history, now) {
  return history
    .map(({ name, since }, index) => ({
      name,
      from: Math.max(since, now - SPAN),
      to: history[index + 1]?.since ?? now,
    }))
    .filter(({ from, to }) => to > from)
}
