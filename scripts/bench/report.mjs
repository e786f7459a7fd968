/** docs/performance.md, its English twin and their pictures, from what was measured. */
import { charts } from '../chart.mjs'
import { grouped, table } from '../markdown.mjs'
import { geometricMean, median, spread } from '../statistics.mjs'
import { curves, exponent, goals, limitsOf, messageRows, toFastest, toNull } from './goals.mjs'
import { missed, targets } from './misses.mjs'
import { label, number, part, size } from './names.mjs'
import { TEXTS } from './texts.mjs'

const NO_JIT = 'JavaScriptCore without JIT'
const MB = 1e6
const COLORS = ['#c33', '#36c', '#393', '#b80', '#808', '#088']

/**
 * @param {'zh' | 'en'} language
 * @param {object} report What scripts/bench.mjs makes: `costs` and `memory` by engine, library and row, all
 *   measurements, with `failure` if there is one; `growth` and `inModule` by engine and row; `native` by call; `sizes` by
 *   library, `files` by name, `parts`: bytes; `libraries`: { all, ours, nothing, mqttjs }; `counts`:
 *   messages after which the memory was looked at; `instructions` by row; `rounds`, `machine`, `command`
 */
export function page(language, report) {
  const text = TEXTS[language]
  const all = goals(report)
  const parts = [
    `# ${text.title}`,
    text.other,
    text.intro(report),
    text.method,
    text.nothing,
    text.globals,
    `## ${text.targets}`,
    targets(text, all),
    ...Object.keys(report.costs).flatMap(engine => engineParts(text, engine, report)),
    `## ${text.where}`,
    text.whereIntro,
    where(text, report),
    `## ${text.growth}`,
    text.growthIntro,
    `![${text.growthAlt}](images/performance${language === 'zh' ? '' : '.en'}.svg)`,
    ...Object.entries(report.growth).map(([engine, points]) => growth(text, engine, points)),
    `## ${text.memory}`,
    text.memoryIntro,
    ...Object.entries(report.memory).flatMap(([engine, figures]) => [
      memory(text, engine, figures, report),
      ...missing(text, engine, figures),
    ]),
    `## ${text.native}`,
    text.nativeIntro,
    native(text, report.native),
    `## ${text.size}`,
    text.sizes,
    table(['', text.size], sizes(text, report)),
    text.parts,
    largest(text, report.parts),
    `## ${text.missed}`,
    ...missed(language, text, all, report),
  ]
  return parts.join('\n\n') + '\n'
}

/** What grows, in the engines of the curves. */
export function picture(language, { growth }) {
  const text = TEXTS[language]
  return charts(
    Object.entries(growth).map(([engine, points]) => ({
      title: text.engine[engine],
      x: text.count,
      y: text.micros,
      logarithmic: true,
      series: Object.entries(curves(points)).map(([curve, line], at) => ({
        name: text.short[curve],
        color: COLORS[at],
        points: line,
      })),
    })),
  )
}

function engineParts(text, engine, { costs, libraries }) {
  const figures = costs[engine]
  const { all, ours, mqttjs } = libraries
  const shown = all.filter(name => !figures[name].failure)
  const rows = messageRows(figures[ours])
  const ratios = rows.map(row => toFastest(libraries, figures, row)).filter(Boolean)
  const others = Object.keys(figures[ours]).filter(
    row => /text|bytes,/.test(row) && !rows.includes(row),
  )
  const singles = Object.keys(text.rows)
  const compare = (head, names) =>
    comparison(text, head, names, { engine, figures, shown, libraries })
  return [
    `## ${text.engine[engine]}`,
    compare(text.message, rows),
    ...(ratios.length && mqttjs.length ? [text.mean(part(geometricMean(ratios)))] : []),
    text.texts,
    compare(text.message, others),
    text.singles,
    compare('', singles),
    ...missing(text, engine, figures),
  ]
}

/** Why a library has no figures, or not all. */
function missing(text, engine, figures) {
  return Object.entries(figures)
    .filter(([, { failure }]) => failure)
    .map(([name, { failure }]) => text.missing(name, text.engine[engine], failure))
}

/** Rows of all libraries, and how ours compare, with the limit where there is one. */
function comparison(text, head, rows, { engine, figures, shown, libraries }) {
  const { ours, nothing } = libraries
  const names = shown.map(name => ({ [ours]: text.ours, [nothing]: text.null })[name] ?? name)
  const body = rows.map(row => {
    const limits = limitsOf(engine, row)
    return [
      label(text, row),
      ...shown.map(name => withSpread(figures[name][row])),
      ...(row in text.rows && !/^start|µs|, p/.test(row)
        ? ['', '']
        : [
            judged(toFastest(libraries, figures, row), limits.fastest),
            judged(toNull(libraries, figures, row), limits.null),
          ]),
    ]
  })
  return table([head, ...names, text.fastest, text.toNull], body)
}

/** A ratio beside its limit; bold if it is over. */
function judged(ratio, limit) {
  if (ratio === undefined) return '—'
  if (limit === undefined) return part(ratio)
  return ratio <= limit ? `${part(ratio)} ≤ ${part(limit)}` : `**${part(ratio)} > ${part(limit)}**`
}

function where(text, { costs, inModule, instructions, libraries }) {
  const { [libraries.ours]: ours, [libraries.nothing]: nothing } = costs[NO_JIT]
  const rows = messageRows(ours).map(row => {
    const [all, inside] = [median(ours[row]), median(inModule[NO_JIT][row])]
    return [
      label(text, row),
      ...[all, inside, Math.max(0, all - inside), median(nothing[row])].map(number),
      grouped(instructions[row]),
    ]
  })
  return table(text.whereHeads, rows)
}

function growth(text, engine, points) {
  const rows = Object.entries(curves(points)).map(([curve, line]) => [
    text.curves[curve],
    line.map(([count, cost]) => `${grouped(count)}: ${number(cost)}`).join('; '),
    part(exponent(line)),
  ])
  return table([`${text.engine[engine]}: ${text.curve}`, text.atCount, text.exponent], rows)
}

function memory(text, engine, figures, { libraries, counts }) {
  const shown = libraries.all.filter(name => figures[name]['idle, heap'])
  const names = shown.map(
    name => ({ [libraries.ours]: text.ours, [libraries.nothing]: text.null })[name] ?? name,
  )
  const states = { ...text.memoryRows }
  for (const count of counts) states[`${count} messages`] = text.afterMessages(count)
  const rows = Object.entries(states)
    .filter(([state]) => figures[libraries.ours][`${state}, heap`])
    .map(([state, name]) => [
      name,
      ...shown.map(library => {
        const heap = figures[library][`${state}, heap`]
        if (!heap) return '—'
        const linear = median(figures[library][`${state}, linear`])
        return `${(median(heap) / MB).toFixed(2)}${linear ? ` + ${(linear / MB).toFixed(2)}` : ''}`
      }),
    ])
  return table([text.engine[engine], ...names], rows)
}

function native(text, calls) {
  const rows = Object.entries(calls).map(([name, { ns, spread }]) => [
    `\`${name}\``,
    `${number(ns)} ±${Math.round(spread * 100)}%`,
  ])
  return table([text.call, 'ns'], rows)
}

function sizes(text, { sizes, files, libraries }) {
  const rows = Object.entries(files).map(([name, bytes]) => [`\`${name}\``, grouped(bytes)])
  for (const [name, bytes] of Object.entries(sizes)) {
    if (name === libraries.nothing) continue
    rows.push([name === libraries.ours ? `\`mqtt.min.js\` + \`mqtt.wasm.br\`` : name, size(bytes)])
  }
  return rows
}

function largest(text, { script, module }) {
  const top = all => all.toSorted(([one], [other]) => other - one).slice(0, LARGEST)
  const [files, crates] = [top(script), top(module)]
  const rows = files.map(([bytes, path], at) => {
    const [more, crate] = crates[at] ?? []
    return [`\`${path}\``, grouped(bytes), crate ? `\`${crate}\`` : '', more ? grouped(more) : '']
  })
  return table(text.partHeads, rows)
}

function withSpread(values) {
  if (!values) return '—'
  return `${number(median(values))} ±${Math.round(spread(values) * 100)}%`
}

const LARGEST = 8
