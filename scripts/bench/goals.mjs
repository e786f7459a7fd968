/** What the figures are to be, and which of them are not. */
import { geometricMean, median } from '../statistics.mjs'

const KIB = 1024

/** By engine: parts of the fastest MQTT.js and multiples of the null client. */
const MESSAGES = {
  V8: {
    fastest: row => (/16 KiB/.test(row) && !/QoS 2/.test(row) ? 1 / 2 : 1 / 3),
    null: () => 2.5,
    mean: 1 / 6,
  },
  'JavaScriptCore without JIT': {
    fastest: () => 1 / 2,
    null: row =>
      ({ 'in, QoS 0, 16 B': 3, 'out, QoS 0, 16 B': 3, 'out, QoS 1, 16 B': 4 })[row] ?? undefined,
    mean: 1 / 5,
  },
}

/** From loading to the first byte of CONNECT, as a part of the fastest MQTT.js */
const START = 1 / 5
const BYTES = { package: 96_000, fallback: 250_000 }
const LINEAR = 256 * KIB
/** What the heap may grow by between the first and the last number of messages */
const HEAP = 0.05
/** Of the exponent of the last step of a curve: 0 is constant, 1 is linear. */
const EXPONENT = 0.2

export const START_ROW = 'start to CONNECT, ms'

/** The 18 rows: in and out, each quality of service, each size */
export function messageRows(figures) {
  return Object.keys(figures).filter(row => / QoS /.test(row))
}

/** Ours as a part of the fastest MQTT.js, or undefined if none of them has the row. */
export function toFastest({ ours, mqttjs }, figures, row) {
  const theirs = mqttjs.filter(name => figures[name]?.[row]).map(name => median(figures[name][row]))
  return theirs.length ? median(figures[ours][row]) / Math.min(...theirs) : undefined
}

export function toNull({ ours, nothing }, figures, row) {
  const theirs = figures[nothing][row]
  return theirs && median(figures[ours][row]) / median(theirs)
}

/** The limits of one message's row: `{ fastest, null }`, undefined where there is none. */
export function limitsOf(engine, row) {
  if (row === START_ROW) return { fastest: MESSAGES[engine] && START }
  if (!/ QoS /.test(row)) return {}
  const limits = MESSAGES[engine]
  return limits ? { fastest: limits.fastest(row), null: limits.null(row) } : {}
}

/** By curve, its points: `[[count, cost], …]`. */
export function curves(figures) {
  const all = {}
  for (const [row, values] of Object.entries(figures)) {
    const [curve, count] = row.split(', ')
    ;(all[curve] ??= []).push([Number(count), median(values)])
  }
  for (const points of Object.values(all)) points.sort(([one], [other]) => one - other)
  return all
}

/** How the cost grows with the number in the last step: 0 if not at all, 1 if as the number does. */
export function exponent(points) {
  const [[before, cheaper], [last, cost]] = points.slice(-2)
  return Math.log(cost / cheaper) / Math.log(last / before)
}

/**
 * All goals: `{ id, subject, value, limit, met }`; `subject` are the keys by which the page names it, `id`
 * begins with the kind of figure.
 */
export function goals(report) {
  const { libraries, costs, memory, growth, sizes, files, counts } = report
  const all = []
  const add = (kind, subject, value, limit) => {
    if (limit === undefined || value === undefined) return
    all.push({ id: [kind, ...subject].join('/'), kind, subject, value, limit, met: value <= limit })
  }
  for (const [engine, { mean }] of Object.entries(MESSAGES)) {
    const figures = costs[engine]
    if (!figures) continue
    const rows = messageRows(figures[libraries.ours])
    for (const row of [...rows, START_ROW]) {
      const limits = limitsOf(engine, row)
      add('fastest', [engine, row], toFastest(libraries, figures, row), limits.fastest)
      if (row !== START_ROW)
        add('null', [engine, row], toNull(libraries, figures, row), limits.null)
    }
    const ratios = rows.map(row => toFastest(libraries, figures, row)).filter(Boolean)
    if (ratios.length) add('mean', [engine], geometricMean(ratios), mean)
  }
  for (const [engine, points] of Object.entries(growth))
    for (const [curve, line] of Object.entries(curves(points)))
      add('growth', [engine, curve], exponent(line), EXPONENT)
  const held = memory.V8[libraries.ours]
  add('linear', [], median(held['idle, linear']), LINEAR)
  const heap = count => median(held[`${count} messages, all heap`])
  add('heap', [], heap(counts.at(-1)) / heap(counts[0]) - 1, HEAP)
  add('package', [], sizes[libraries.ours], BYTES.package)
  add('fallback', [], files['mqtt.fallback.js'], BYTES.fallback)
  return all
}
