/**
 * Why a figure misses its target: what was tried, and where the time or the bytes are. A reason is printed
 * only while a figure that it is about misses, with the numbers of the same run.
 */
import { grouped } from '../markdown.mjs'
import { geometricMean, median } from '../statistics.mjs'
import { limitsOf, messageRows } from './goals.mjs'
import { label, number } from './names.mjs'
import { TEXTS } from './texts.mjs'

const NO_JIT = 'JavaScriptCore without JIT'

/** Each for the goals that are its own: `of` says which, `zh` and `en` give the sentences. */
const REASONS = [
  {
    of: ({ kind, subject: [, row] }) => kind === 'fastest' && /^in, .*16 KiB/.test(row),
    title: { zh: '收 16 KiB。', en: 'Receiving 16 KiB.' },
    zh: (goals, report) =>
      `从 16 B 到 16 KiB，每条消息多花的时间：${more('zh', goals, report)}。内容先复制进模块，再复制出来放进独立的缓冲区，应用想留多久都有效；MQTT.js 交出的是套接字缓冲区的视图，不复制。试过让内容绕过模块的内存，在 20 微秒里最多省下 2 微秒，不值得。`,
    en: (goals, report) =>
      `From 16 B to 16 KiB a message takes longer by: ${more('en', goals, report)}. The payload is copied into the module, and out of it into a buffer of its own, which stays valid for as long as the application keeps it; MQTT.js hands out a view of what the socket delivered, and copies nothing. Payloads that bypass the memory of the module were tried, and gained at most 2 of 20 µs.`,
  },
  {
    of: ({ kind, subject: [engine, row] }) =>
      (kind === 'null' || kind === 'fastest') && engine === NO_JIT && / QoS /.test(row),
    title: { zh: '无 JIT 的消息。', en: 'Messages without a JIT.' },
    zh: (goals, report) =>
      `${spent('zh', goals, report)}。解释器里模块的每条指令都要花时间，空客户端没有模块，也不检查、不保存任何东西。试过并已采用的：按字节认出用过的主题、不经队列直接发送、一次写好整条报文、少用闭包和取值方法，收发因此快了约 2.5 倍。试过而没有用的：opt-level 3、更大的内联阈值、wasm-opt -O2 到 -O4、展开循环。`,
    en: (goals, report) =>
      `${spent('en', goals, report)}. In an interpreter each instruction of the module takes its time; the null client has no module, checks nothing and keeps nothing. Tried and kept: topics known by their bytes, sending without a queue, encoding into one buffer, fewer closures and getters, which made a message about 2.5 times cheaper. Tried in vain: opt-level 3, a higher inlining threshold, wasm-opt -O2 to -O4, unrolled loops.`,
  },
  {
    of: ({ kind, subject: [engine, row] }) =>
      (kind === 'null' || kind === 'fastest') && engine === 'V8' && / QoS /.test(row),
    title: { zh: 'V8 的消息。', en: 'Messages in V8.' },
    zh: (goals, report) =>
      `模块为此执行的指令数：${instructions('zh', goals, report)}；空客户端没有模块，不检查，也不保存。试过而没有用的：opt-level 3、更大的内联阈值、wasm-opt -O2 到 -O4。`,
    en: (goals, report) =>
      `The instructions that the module runs for it: ${instructions('en', goals, report)}. The null client has no module, checks nothing and keeps nothing. Tried in vain: opt-level 3, a higher inlining threshold, wasm-opt -O2 to -O4.`,
  },
  {
    of: ({ kind }) => kind === 'mean',
    title: { zh: '几何平均。', en: 'The geometric mean.' },
    zh: (goals, report) =>
      `离最快的 MQTT.js 最近的几行：${nearest('zh', goals, report)}。没有 JIT 时，即使模块一点时间都不花，只算 JavaScript 与 \`wx\`，平均仍有 ${outside(report)}：其余在模块里，每条消息执行的指令已是最初的三分之一左右（\`tests/wasm-module/instructions.json\`）。`,
    en: (goals, report) =>
      `The rows that are nearest to the fastest MQTT.js: ${nearest('en', goals, report)}. Without a JIT, a module that took no time at all would leave a mean of ${outside(report)}, for JavaScript and \`wx\`; the rest is in the module, whose instructions a message are about a third of what they were at first (\`tests/wasm-module/instructions.json\`).`,
  },
  {
    of: ({ kind, subject: [, row] }) => kind === 'fastest' && /^start/.test(row),
    title: { zh: '启动。', en: 'The start.' },
    zh: (goals, report) => `其中执行脚本和编译模块各占：${stages('zh', goals, report)}（毫秒）。`,
    en: (goals, report) =>
      `Running the script and compiling the module take of it, in ms: ${stages('en', goals, report)}.`,
  },
  {
    of: ({ kind, subject: [, curve] }) => kind === 'growth' && curve === 'newTopics',
    title: { zh: '新主题。', en: 'New topics.' },
    zh: () =>
      '主题第一次出现时，对每种形状的过滤器（通配符所在的层相同即为一种）查一次表，因此与过滤器的数目无关，只随形状的种数增长；出现过的主题（最近 256 个）直接记住结果。',
    en: () =>
      'When a topic comes for the first time, it is looked up once for each shape of filter (those with wildcards in the same levels have one), so that the cost follows the number of shapes and not that of filters; for topics that came before, 256 at most, the result is remembered.',
  },
  {
    of: ({ kind }) => kind === 'heap',
    title: { zh: '堆。', en: 'The heap.' },
    zh: (goals, report) => `同样多的消息里，堆的增长：${heaps('zh', report)}。`,
    en: (goals, report) => `What the heap grows by over as many messages: ${heaps('en', report)}.`,
  },
  {
    of: ({ kind }) => kind === 'package',
    title: { zh: '两个文件。', en: 'The two files.' },
    zh: () =>
      '字节在哪里，见上面的表和 `./build.sh size`。从 124,018 字节起采用了的：更少更宽的导出、不外传的属性用短名字、文字放进模块、少见的报文单独成函数、不格式化 panic 的文字、不展开循环。试过而没有采用的：不让 LLVM 展开任何循环再省 1.5 kB，收一条消息多 6% 的指令；opt-level z 省约 2 kB，s 省约 1.4 kB，但收一条消息多执行 43%～69% 的指令；更多函数写成箭头函数再省 0.4～1 kB，iPhone 的引擎执行脚本慢 2%～11%；只用一处的函数就地展开省 0.5 kB，但每次调用都重新创建；ES2017、ES2020、wasm-opt 的其他优化各省不到 0.1 kB；立即中止的 panic 要 nightly，出错时也不再说明位置；不用 wasm-bindgen 的手写边界省 18.6 kB（当时的量），没有采用。',
    en: () =>
      'Where the bytes are is in the table above and in `./build.sh size`. Kept, from 124,018 bytes on: fewer and wider exports, short names for properties that stay inside, texts in the module, rare packets out of line, panics without formatted text, loops that are not unrolled. Tried and not kept: LLVM unrolling no loop at all gains 1.5 kB more, for 6 % more instructions of a received message; opt-level z about 2 kB and s about 1.4 kB, for 43 to 69 % more of them; more functions as arrows 0.4 to 1 kB, but the engine of iPhones takes 2 to 11 % longer to run the script; functions in the place of their only call 0.5 kB, but they are made anew at each call; ES2017, ES2020 and other passes of wasm-opt gain less than 0.1 kB each; panics that abort at once need a nightly compiler, and no longer say where they were; a boundary written by hand instead of wasm-bindgen gained 18.6 kB when it was measured, and was not done.',
  },
  {
    of: ({ kind }) => kind === 'fallback',
    title: { zh: '备用文件。', en: 'The fallback.' },
    zh: (goals, { files }) =>
      `它是译成 JavaScript 的整个模块，是压缩后模块的 ${times(files)} 倍，随模块的代码增减；只有交出 \`wasmFallback\` 的页面才带它。`,
    en: (goals, { files }) =>
      `It is the whole module as JavaScript, ${times(files)} times the compressed module, and follows the module's code. Only pages that hand over \`wasmFallback\` ship it.`,
  },
]

/** `[{ title, sentences, goals }]`: one paragraph for all goals that a reason is about. */
export function reasons(language, failed, report) {
  const left = new Set(failed)
  return REASONS.flatMap(reason => {
    const goals = [...left].filter(reason.of)
    for (const goal of goals) left.delete(goal)
    if (goals.length === 0) return []
    return [{ title: reason.title[language], sentences: reason[language](goals, report), goals }]
  })
}

function more(language, goals, { costs, libraries: { all, ours, nothing, mqttjs } }) {
  const text = TEXTS[language]
  return listed(language, engines(goals), engine => {
    const grown = name => {
      const figures = costs[engine][name]
      return median(figures['in, QoS 0, 16 KiB']) - median(figures['in, QoS 0, 16 B'])
    }
    const names = all.filter(name => [ours, nothing, ...mqttjs].includes(name))
    return names
      .filter(name => !costs[engine][name].failure)
      .map(name => `${text.names[name] ?? name} ${number(grown(name))} ${text.micros}`)
      .join(text.comma)
  })
}

function spent(language, goals, { costs, inModule, instructions, libraries: { ours, nothing } }) {
  const text = TEXTS[language]
  return rowsOf(goals)
    .map(row => {
      const all = median(costs[NO_JIT][ours][row])
      const inside = median(inModule[NO_JIT][row])
      return text.spent({
        row: label(text, row),
        all: number(all),
        inside: number(Math.min(all, inside)),
        instructions: grouped(instructions[row]),
        nothing: number(median(costs[NO_JIT][nothing][row])),
      })
    })
    .join(text.semicolon)
}

function instructions(language, goals, report) {
  const text = TEXTS[language]
  return rowsOf(goals)
    .map(row => `${label(text, row)}${text.colon}${grouped(report.instructions[row])}`)
    .join(text.semicolon)
}

function nearest(language, goals, { costs, libraries }) {
  const text = TEXTS[language]
  return listed(language, engines(goals), engine => {
    const figures = costs[engine]
    const peers = libraries.mqttjs.filter(name => !figures[name].failure)
    const ratio = row =>
      median(figures[libraries.ours][row]) /
      Math.min(...peers.map(name => median(figures[name][row])))
    const rows = messageRows(figures[libraries.ours]).sort((a, b) => ratio(b) - ratio(a))
    return rows
      .slice(0, 3)
      .map(
        row =>
          `${label(text, row)} (${ratio(row).toFixed(2)}, ${limitsOf(engine, row).fastest.toFixed(2)})`,
      )
      .join(text.semicolon)
  })
}

/** The mean to the fastest MQTT.js, if the module took no time */
function outside({ costs, inModule, libraries: { ours, mqttjs } }) {
  const figures = costs[NO_JIT]
  const peers = mqttjs.filter(name => !figures[name].failure)
  const ratios = messageRows(figures[ours]).map(row => {
    const rest = median(figures[ours][row]) - median(inModule[NO_JIT][row])
    return rest / Math.min(...peers.map(name => median(figures[name][row])))
  })
  return geometricMean(ratios).toFixed(2)
}

function stages(language, goals, { costs, libraries: { ours } }) {
  return listed(language, engines(goals), engine => {
    const figures = costs[engine][ours]
    return ['start: script, ms', 'start: module, ms', 'start to CONNECT, ms']
      .map(row => number(median(figures[row])))
      .join(' / ')
  })
}

function heaps(language, { memory, counts, libraries: { ours, nothing } }) {
  const text = TEXTS[language]
  return [ours, nothing]
    .map(name => {
      const heap = count => median(memory.V8[name][`${count} messages, all heap`]) / 1e6
      const [first, last] = [heap(counts[0]), heap(counts.at(-1))]
      return `${text.names[name]} ${first.toFixed(2)} → ${last.toFixed(2)} MB`
    })
    .join(text.semicolon)
}

function times(files) {
  return number(files['mqtt.fallback.js'] / files['mqtt.wasm.br'])
}

/** `V8: …; JavaScriptCore …: …` */
function listed(language, names, write) {
  const text = TEXTS[language]
  return names
    .map(engine => `${text.shortEngine[engine]}${text.colon}${write(engine)}`)
    .join(text.semicolon)
}

function engines(goals) {
  return [...new Set(goals.map(({ subject: [engine] }) => engine))]
}

function rowsOf(goals) {
  return [...new Set(goals.map(({ subject: [, row] }) => row))]
}
