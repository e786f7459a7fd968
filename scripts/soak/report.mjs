/** What the soak gave as pages of docs/, in Chinese and in English, and as a picture. */
import { cpus } from 'node:os'
import { grouped, table } from '../markdown.mjs'
import { charts } from '../chart.mjs'
import { TEXTS } from './texts.mjs'

export const LANGUAGES = [
  { code: 'zh', suffix: '' },
  { code: 'en', suffix: '.en' },
]

const MB = 1e6

/** The picture: what a message costs as more are pending, and memory over the first load. */
export function picture({ pending, loads }, language) {
  const text = TEXTS[language]
  const line = steps =>
    steps.map(step => [step.pending, step.cost]).sort(([one], [other]) => one - other)
  const memory = name => loads[0].samples.map(sample => [sample.messages, sample[name] / MB])
  return charts([
    {
      title: text.costTitle,
      x: text.pending,
      y: text.microseconds,
      series: [
        { name: text.publish, color: '#c33', points: line(pending.publishing) },
        { name: text.acknowledge, color: '#36c', points: line(pending.acknowledging) },
      ],
    },
    {
      title: text.memoryTitle,
      x: text.messages,
      y: 'MB',
      series: [
        { name: text.heap, color: '#c33', points: memory('heap') },
        { name: text.wasm, color: '#36c', points: memory('wasm') },
      ],
    },
  ])
}

/** The page. */
export function page(results, language) {
  const text = TEXTS[language]
  const { suffix } = LANGUAGES.find(({ code }) => code === language)
  const machine = text.machine(process.version, cpus()[0].model, cpus().length)
  return (
    [
      `# ${text.title}`,
      text.intro,
      machine,
      `![${text.costTitle}](images/reliability${suffix}.svg)`,
      `## ${text.loadHeading}`,
      table(text.loadColumns, loadRows(results)),
      text.loadNote(results),
      `## ${text.pendingHeading}`,
      table(text.pendingColumns, pendingRows(results)),
      text.pendingNote(results),
      `## ${text.leftHeading}`,
      text.leftNote(results),
      table(text.leftColumns, leftRows(results, text)),
      text
        .enduranceNotes(results)
        .map(note => `- ${note}`)
        .join('\n'),
      `## ${text.floodHeading}`,
      text.floodNote,
      table(text.floodColumns, floodRows(results, language)),
      `## ${text.faultHeading}`,
      text.faultNote(results),
      table(text.faultSumColumns, faultSums(results, text)),
      ...faultDetails(results, text),
    ].join('\n\n') + '\n'
  )
}

function loadRows({ loads }) {
  return loads.map(({ qos, sent, up, down, before, after }) => [
    `QoS ${qos}`,
    grouped(sent),
    up.toFixed(1),
    down.toFixed(1),
    pair(before.heap, after.heap),
    pair(before.wasm, after.wasm),
  ])
}

function pendingRows({ pending: { publishing, acknowledging } }) {
  return publishing.map(({ pending, cost }) => [
    grouped(pending),
    cost.toFixed(1),
    acknowledging.find(step => step.pending === pending).cost.toFixed(1),
  ])
}

/** What was there before and after each of the long runs. */
function leftRows({ loads, pending, flapping, reconnects, hostile, crowd, slow }, { runs }) {
  const all = { ...loads, pending, flapping, reconnects, hostile, crowd, slow }
  return Object.entries(all).map(([name, { before, after }]) => [
    runs[name],
    pair(before.heap, after.heap),
    pair(before.wasm, after.wasm),
    `${before.listeners} / ${after.listeners}`,
    `${before.timers} / ${after.timers}`,
    `${before.sockets} / ${after.sockets}`,
  ])
}

function floodRows({ floods }, language) {
  return floods.map(({ longest, heap, wasm, after, messages, codes, ...names }) => [
    names[language],
    longest.toFixed(0),
    megabytes(heap),
    megabytes(wasm),
    megabytes(after.wasm),
    grouped(messages),
    codes.join(', ') || '-',
  ])
}

function faultSums({ faults: { tables } }, { tableNames }) {
  return Object.entries(tables).map(([table, rows]) => {
    const reports = rows.flatMap(({ reports }) => reports)
    const total = (of, select) =>
      reports.filter(select).reduce((sum, report) => sum + [report[of]].flat().length, 0)
    return [
      tableNames[table],
      `${rows.length}`,
      `${reports.length}`,
      grouped(reports.reduce((sum, { sent }) => sum + sent, 0)),
      `${total('lost', ({ qos }) => qos > 0)}`,
      `${total('doubled', ({ qos }) => qos === 2)}`,
      seconds(reports),
      `${reports.filter(({ failures }) => failures.length).length}`,
    ]
  })
}

/** All rows, to be unfolded. */
function faultDetails({ faults: { tables } }, text) {
  return Object.entries(tables).flatMap(([name, rows]) => [
    `<details>\n<summary>${text.tableNames[name]}</summary>`,
    table(
      text.faultColumns,
      rows.map(({ name, reports }) => {
        const failing = reports.filter(({ failures }) => failures.length)
        const codes = [...new Set(reports.flatMap(report => report.codes))]
        return [
          cell(name),
          [...new Set(reports.map(({ version }) => version))].join(', '),
          [...new Set(reports.map(({ qos }) => qos))].join(', '),
          codes.map(String).join(', ') || '-',
          seconds(reports),
          failing.length ? `${failing.length} / ${reports.length}` : '-',
        ]
      }),
    ),
    '</details>',
  ])
}

/** The longest time to recover, or a dash where a run did not. */
function seconds(reports) {
  const times = reports.map(({ recovery }) => recovery).filter(time => time !== undefined)
  return times.length ? (Math.max(...times) / 1000).toFixed(1) : '-'
}

function pair(before, after) {
  return `${megabytes(before)} / ${megabytes(after)}`
}

function megabytes(bytes) {
  return (Math.max(bytes, 0) / MB).toFixed(1)
}

/** Without what a table of Markdown takes for its own. */
function cell(text) {
  return text.replace(/[|<>#*_`]/g, character => `\\${character}`)
}
