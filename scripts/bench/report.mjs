/** docs/performance.md and its English twin, from what was measured. */
import { grouped, table } from '../markdown.mjs'
import { geometricMean, median, spread } from '../statistics.mjs'

/** What the figures are to be, as parts of those of the fastest MQTT.js or of the null client. */
const GOALS = {
  V8: { row: row => (/16 KiB/.test(row) && !/QoS 2/.test(row) ? 1 / 2 : 1 / 3), mean: 1 / 6 },
  'JavaScriptCore without JIT': { row: () => 1 / 2, mean: 1 / 5 },
}

const TEXTS = {
  zh: {
    title: '性能',
    other: '[English](performance.en.md)',
    intro: ({ rounds, machine, command }) =>
      `由 \`${command}\` 生成，不要手改。单位是每条消息的微秒数，从套接字到应用，或从应用到套接字；模拟的 \`wx\` 与服务器几乎不花时间，对每个库都一样。收 QoS 1、2 算到 PUBACK、PUBCOMP 发出；发 QoS 0 算到整条报文交给套接字，QoS 1、2 算到回调。各库在新进程里轮流测 ${rounds} 轮，取中位数，± 是四分位距的一半。同一次运行里的数字才可比较。机器：${machine}。`,
    nothing:
      '“空客户端”只做 `wx` 要求的事：不检查、不重发、不保存，它的耗时是平台和引擎的价格，任何库都不会更低。',
    engine: {
      V8: 'V8（安卓、开发者工具）',
      'JavaScriptCore without JIT': '无 JIT 的 JavaScriptCore（iPhone）',
    },
    row: '消息',
    ours: '本库',
    null: '空客户端',
    fastest: '与最快的 MQTT.js 之比',
    toNull: '与空客户端之比',
    missing: (library, engine, why) => `${library} 在 ${engine} 里没有数字：${why}。`,
    mean: value => `18 行与最快的 MQTT.js 之比，几何平均 **${value}**`,
    goal: (value, met) => `，目标 ${value}，${met ? '达到' : '未达到'}。`,
    missed: rows => (rows ? `未达到逐行目标的：${rows}。` : '逐行目标全部达到。'),
    start: '从执行脚本到连上（毫秒）',
    size: '体积（字节）',
    sizes: '小程序代码包中，JavaScript 按原样计，`.wasm.br` 按压缩后计。',
    down: '收',
    up: '发',
  },
  en: {
    title: 'Performance',
    other: '[中文](performance.md)',
    intro: ({ rounds, machine, command }) =>
      `Made by \`${command}\`; do not edit it. Microseconds a message, from the socket to the application or from the application to the socket; the simulated \`wx\` and broker take next to no time, and the same for each library. Receiving at QoS 1 and 2 ends when PUBACK or PUBCOMP is sent, publishing at QoS 0 when the socket has the whole packet, at QoS 1 and 2 with the callback. The libraries take turns in fresh processes, ${rounds} rounds; each figure is a median, and ± is half the distance of the quartiles. Compare figures of one run only. Machine: ${machine}.`,
    nothing:
      'The null client does what `wx` demands and no more: it checks nothing, resends nothing and keeps nothing. What it costs is the price of the platform and the engine, and no library can be cheaper.',
    engine: {
      V8: 'V8 (Android, DevTools)',
      'JavaScriptCore without JIT': 'JavaScriptCore without a JIT (iPhone)',
    },
    row: 'Message',
    ours: 'mqtt-miniprogram',
    null: 'Null client',
    fastest: 'to the fastest MQTT.js',
    toNull: 'to the null client',
    missing: (library, engine, why) => `No figures of ${library} in ${engine}: ${why}.`,
    mean: value => `Geometric mean of the 18 ratios to the fastest MQTT.js: **${value}**`,
    goal: (value, met) => `; the goal is ${value}, ${met ? 'met' : 'not met'}.`,
    missed: rows => (rows ? `Rows that miss their goal: ${rows}.` : 'Every row meets its goal.'),
    start: 'From running the script to being connected (ms)',
    size: 'Size (bytes)',
    sizes: "In a mini-program's package JavaScript counts as it is, `.wasm.br` as compressed.",
    down: 'in',
    up: 'out',
  },
}

/**
 * @param {'zh' | 'en'} language
 * @param {object} measured `engines`: by engine and library, the rows with all their measurements, or
 *   `{ failure }`; `sizes`: by library, bytes; `libraries`: { ours, nothing, peers, others }, where
 *   others are shown and not compared with; `rounds`, `machine`, `command`
 */
export function page(language, measured) {
  const text = TEXTS[language]
  const parts = [
    `# ${text.title}`,
    text.other,
    text.intro(measured),
    text.nothing,
    ...Object.entries(measured.engines).flatMap(([engine, figures]) => [
      `## ${text.engine[engine] ?? engine}`,
      ...engineTables(text, engine, figures, measured.libraries),
    ]),
    `## ${text.size}`,
    text.sizes,
    table(
      ['', text.size],
      Object.entries(measured.sizes).map(([name, size]) => [name, grouped(size)]),
    ),
  ]
  return parts.join('\n\n') + '\n'
}

function engineTables(text, engine, figures, { ours, nothing, peers, others = [] }) {
  const present = peers.filter(peer => !figures[peer].failure)
  const absent = [...peers, ...others].filter(library => figures[library].failure)
  const shown = [...present, ...others.filter(library => !figures[library].failure)]
  const rows = Object.keys(figures[ours]).filter(name => name !== START)
  const ratio = row =>
    median(figures[ours][row]) / Math.min(...present.map(peer => median(figures[peer][row])))
  const measured = [ours, ...shown, nothing]
  const header = [text.ours, ...shown, text.null]
  const ratios = present.length ? [text.fastest, text.toNull] : [text.toNull]
  const body = rows.map(row => [
    label(text, row),
    ...measured.map(library => withSpread(figures[library][row])),
    ...(present.length ? [part(ratio(row))] : []),
    part(median(figures[ours][row]) / median(figures[nothing][row])),
  ])
  const start = measured.map(library => withSpread(figures[library][START]))
  const notes = absent.map(peer => text.missing(peer, engine, figures[peer].failure))
  if (present.length) notes.push(verdict(text, engine, rows, ratio))
  return [
    table([text.row, ...header, ...ratios], body),
    table([text.start, ...header], [['', ...start]]),
    ...notes,
  ]
}

function verdict(text, engine, rows, ratio) {
  const mean = geometricMean(rows.map(ratio))
  const goal = GOALS[engine]
  const said = text.mean(part(mean))
  if (!goal) return `${said}${text === TEXTS.zh ? '。' : '.'}`
  const missed = rows.filter(row => ratio(row) > goal.row(row))
  const list = missed
    .map(row => `${label(text, row)} (${part(ratio(row))})`)
    .join(text === TEXTS.zh ? '、' : ', ')
  return `${said}${text.goal(part(goal.mean), mean <= goal.mean)} ${text.missed(list)}`
}

/** The measure that is no message */
export const START = 'start, ms'

function label(text, row) {
  return row.replace(/^in, /, `${text.down}, `).replace(/^out, /, `${text.up}, `)
}

function withSpread(values) {
  const value = median(values)
  return `${number(value)} ±${Math.round(spread(values) * 100)}%`
}

function number(value) {
  return value < 10 ? value.toFixed(1) : value.toFixed(0)
}

function part(ratio) {
  return ratio.toFixed(2)
}
