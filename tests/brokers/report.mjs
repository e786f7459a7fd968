/** Writes docs/interop.md and docs/interop.en.md from what the conversations gave. */
import { table } from '../../scripts/markdown.mjs'
import { STEPS, limitOf } from './conversation/index.mjs'
import { PEERS } from './peers/index.mjs'
import { POISON } from './poison/table.mjs'

const VERSIONS = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

/** The page in one language, `zh` or `en`. A result is `{name, version, source, runs, odd}`. */
export function page(language, results) {
  const words = WORDS[language]
  return [
    words.head,
    summary(words, results),
    ...results.map(result => section(language, result)),
    words.oddHead,
    oddTable(language, results),
    oddFailures(words, results),
  ].join('\n\n')
}

/** How many cells of a result are ok, limits and failures. */
export function count({ runs, odd }) {
  const cells = [...runs.flatMap(({ steps }) => Object.values(steps))]
  const cases = odd.flatMap(({ cases }) => Object.values(cases))
  const of = (list, status) => list.filter(cell => cell.status === status).length
  return {
    ok: of(cells, 'ok'),
    limit: of(cells, 'limit'),
    failed: of(cells, 'failed'),
    passedOn: cases.filter(({ passed }) => passed).length,
    oddFailed: of(cases, 'failed'),
  }
}

function summary(words, results) {
  const rows = results.map(result => {
    const { ok, limit, failed, passedOn, oddFailed } = count(result)
    const versions = [...new Set(result.runs.map(({ version }) => VERSIONS[version]))].join(', ')
    const what = [result.name, result.version, words.sources[result.source], versions]
    return [...what, ok, limit, failed, passedOn, oddFailed]
  })
  return table(words.summary, rows, { figures: false })
}

function section(language, { name, version, runs }) {
  const words = WORDS[language]
  const peer = PEERS.find(each => each.name === name)
  const notes = []
  const rows = STEPS.map(({ name: step, title }) => [
    title[language],
    ...runs.map(({ version, steps }) => {
      const limit = limitOf(peer, step, version)
      return cell(words, steps[step], limit?.[language], notes)
    }),
  ]).filter(([, ...cells]) => cells.some(text => text !== '-'))
  const heads = runs.map(({ version, transport }) => `${VERSIONS[version]} ${transport}`)
  const lines = notes.map((note, at) => `${at + 1}. ${note}`)
  return [
    `## ${name} ${version}`,
    table([words.step, ...heads], rows, { figures: false }),
    ...(lines.length ? [lines.join('\n')] : []),
  ].join('\n\n')
}

/** `limit` is what the broker is known to do in place of the step. */
function cell(words, result, limit, notes) {
  if (!result) return '-'
  if (result.status === 'ok') return words.ok
  const known = result.status === 'limit'
  const what = known ? sentence(limit) + words.stop : code(result.detail)
  const others = { undefined: '', ok: words.otherOk }[result.other] ?? (known ? '' : words.otherToo)
  if (!notes.includes(what + others)) notes.push(what + others)
  return `${known ? words.limit : words.failed} [${notes.indexOf(what + others) + 1}]`
}

function sentence(text) {
  return text[0].toUpperCase() + text.slice(1)
}

function oddTable(language, results) {
  const words = WORDS[language]
  const columns = results.flatMap(({ name, odd }) => odd.map(run => ({ name, ...run })))
  const heads = columns.map(({ name, version }) => `${name} ${VERSIONS[version]}`)
  const rows = POISON.map(({ name, title }) => [
    title[language],
    ...columns.map(({ cases }) => oddCell(words, cases[name])),
  ])
  return table([words.message, ...heads], rows, { figures: false })
}

function oddCell(words, result) {
  if (!result) return '-'
  if (result.status !== 'ok') return result.status === 'limit' ? words.broke : words.failed
  if (!result.passed) return words.keptBack
  return result.delivered ? words.delivered : words.dropped
}

/** Each cause once, with how often it was met. */
function oddFailures(words, results) {
  const causes = new Map()
  for (const { odd } of results) {
    for (const { cases } of odd) {
      for (const { status, errors } of Object.values(cases)) {
        if (status !== 'failed') continue
        const cause = errors.join('; ') || words.silent
        causes.set(cause, (causes.get(cause) ?? 0) + 1)
      }
    }
  }
  return [...causes].map(([cause, times]) => `- ${times} × ${code(cause)}`).join('\n') + '\n'
}

function code(text) {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '/')}\``
}

const WORDS = {
  zh: {
    head: `# 与各服务器互通

[English](interop.en.md)

本页由 \`./build.sh brokers\` 生成：安装并启动每个服务器，用 \`pkg/\` 中的构建产物与之进行同一段对话。它运行在隔离的 JS 引擎中，只有小程序的环境，\`wx.connectSocket\` 之下是真实的 WebSocket；wss 使用测试用 CA。每段对话的步骤见 \`tests/brokers/conversation/\`。

“服务器不支持”：该服务器已知做不到，旁注写明它实际的表现。“失败”：本库应做到而没有做到，旁注是原因；在同一步骤上也试过 MQTT.js 5.16。

没有收入：PyPI 的 mqttd（QoS 1 的内容少两个字节）、mqttools（只有 QoS 0）、hbmqtt 与 distmqtt（amqtt 的前身），npm 的 mosca（aedes 的前身），Debian 的 ActiveMQ（没有 WebSocket）。`,
    summary: [
      ...['服务器', '版本', '来源', 'MQTT', '通过', '服务器不支持', '失败'],
      ...['转发的异常消息', '其中失败'],
    ],
    sources: { apt: 'Debian', npm: 'npm', cargo: 'crates.io', pip: 'PyPI' },
    step: '步骤',
    ok: '通过',
    limit: '服务器不支持',
    failed: '**失败**',
    stop: '。',
    otherToo: '（MQTT.js 也失败）',
    otherOk: '（MQTT.js 通过）',
    oddHead: `## 其他发布者的异常消息

另一个客户端发布一条异常消息（QoS 1），随后是一条正常消息。订阅者（持久会话）应在原来的连接上收到后者；异常消息本身可以送达，也可以丢弃。“服务器拦下”：服务器没有转发。“服务器出错”：旁观的客户端也收不到正常消息。`,
    message: '消息',
    keptBack: '服务器拦下',
    delivered: '送达',
    dropped: '丢弃',
    broke: '服务器出错',
    silent: '没有收到正常消息，也没有错误',
  },
  en: {
    head: `# Interoperability

[中文](interop.md)

This page is written by \`./build.sh brokers\`: it installs and starts each broker, and holds the same conversation with it by what is built in \`pkg/\`. That runs in a sealed engine with nothing but a mini-program's environment; below \`wx.connectSocket\` are real WebSockets, and a test CA for wss. The steps are in \`tests/brokers/conversation/\`.

"Not by the broker": the broker is known not to do this, and the note says what it does. "FAILED": the library should do this and does not, and the note has the reason; the step was tried with MQTT.js 5.16, too.

Left out: mqttd of PyPI (at QoS 1 it takes two bytes from the payload), mqttools (QoS 0 alone), hbmqtt and distmqtt (before amqtt), mosca of npm (before aedes), ActiveMQ of Debian (no WebSocket).`,
    summary: [
      ...['broker', 'version', 'from', 'MQTT', 'ok', 'not by the broker', 'failed'],
      ...['odd messages passed on', 'of these failed'],
    ],
    sources: { apt: 'Debian', npm: 'npm', cargo: 'crates.io', pip: 'PyPI' },
    step: 'step',
    ok: 'ok',
    limit: 'not by the broker',
    failed: '**FAILED**',
    stop: '.',
    otherToo: ' (MQTT.js fails, too)',
    otherOk: ' (MQTT.js does it)',
    oddHead: `## Odd messages of other publishers

Another client publishes an odd message at QoS 1, and a good one behind it. A subscriber with a kept session should get the good one over the connection that it has; the odd one may be delivered or dropped. "Kept back": the broker did not pass it on. "Broker broke": another client that watches did not get the good message either.`,
    message: 'message',
    keptBack: 'kept back',
    delivered: 'delivered',
    dropped: 'dropped',
    broke: 'broker broke',
    silent: 'the good message did not come, and no error',
  },
}
