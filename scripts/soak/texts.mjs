/** The words of docs/reliability.md, in Chinese and in English. */
import { grouped } from '../markdown.mjs'

export const TEXTS = {
  zh: {
    title: '可靠性',
    intro:
      '本页由 `./build.sh soak` 生成：长时间运行、大流量、恶意数据与各种故障下的实测结果。`./build.sh soak --short` 用较小的数量在一分钟内跑一遍，只打印，不改写本页。全部测试在隔离的模拟手机里、使用虚拟时间，运行的是 `pkg/` 里的构建产物；任何一项丢失消息、漏掉回调或残留定时器，命令就会失败。',
    machine: (node, cpu, cores) =>
      `测量环境：Node.js ${node}，${cores} 核 ${cpu}。同一台机器上的数字可以互相比较，与真机不可直接比较。测试自身的手机与服务器也计算在内。`,
    costTitle: '积压越来越多时，每条消息的耗时',
    memoryTitle: '发送与接收过程中的内存',
    pending: '积压的消息数',
    microseconds: '微秒 / 条',
    publish: 'publish()',
    acknowledge: '发送并确认',
    messages: '每个方向的消息数',
    heap: 'JS 堆',
    wasm: 'wasm 内存',
    loadHeading: '大流量',
    loadColumns: [
      '',
      '每个方向的消息数',
      '上行（微秒/条）',
      '下行（微秒/条）',
      'JS 堆 前 / 后（MB）',
      'wasm 内存 前 / 后（MB）',
    ],
    loadNote: () =>
      '每条都收到、每个回调都执行一次才算通过。耗时是每 50 条一批的中位数；内存在垃圾回收之后测量。',
    pendingHeading: '积压',
    pendingColumns: ['积压的消息数', 'publish()（微秒/条）', '发送并确认（微秒/条）'],
    pendingNote: ({ pending }) =>
      `断网时以 QoS 1 发布 ${grouped(pending.most)} 条，联网后全部发出并得到确认；取三轮中最低的数字。积压满时 JS 堆 ${mb(pending.full.heap)} MB、wasm 内存 ${mb(pending.full.wasm)} MB，全部确认后 JS 堆回到 ${mb(pending.after.heap)} MB。`,
    leftHeading: '前后对比',
    leftNote: () =>
      '每一项开始时与结束时都在的东西。结束后再调用 `end()`：监听器、定时器、连接必须全部归零，否则命令失败。',
    leftColumns: ['', 'JS 堆（MB）', 'wasm 内存（MB）', '监听器', '定时器', '连接'],
    runs: {
      0: '大流量，QoS 0',
      1: '大流量，QoS 1',
      2: '大流量，QoS 2',
      pending: '积压',
      flapping: '网络时断时续',
      reconnects: '重连',
      hostile: '恶意会话',
      crowd: '十个客户端',
      slow: '处理得慢的订阅者',
    },
    enduranceNotes: ({ flapping, reconnects, hostile, crowd, slow }) => [
      `网络时断时续：模拟 ${flapping.hours} 小时，发生 ${grouped(flapping.happened)} 次断线、换网、切后台、冻结，连接 ${grouped(flapping.connects)} 次；QoS 2 两个方向共 ${grouped(flapping.sent)} 条，不丢、不重、顺序不变。`,
      `重连：${grouped(reconnects.count)} 次，每次带一条 QoS 1 消息。`,
      `恶意会话：${grouped(hostile.sessions)} 个，服务器发来随机字节或改坏的报文共 ${grouped(hostile.bytes)} 字节；没有崩溃。给出的错误码：${hostile.codes.join('、')}。`,
      `十个客户端：手机最多 ${crowd.mostSockets} 个连接，其余的等前面的 \`end()\` 之后连上；${grouped(crowd.sent)} 条 QoS 1 消息全部送达。`,
      `处理得慢的订阅者：每条处理 5 毫秒，服务器一口气发来 ${grouped(slow.sent)} 条 QoS 1 消息；处理了 ${grouped(slow.handled)} 条，确认 ${grouped(slow.acknowledged)} 条，连接 ${slow.connects} 次，JS 堆最高 ${mb(slow.mostHeap)} MB${slow.codes.length ? `，错误码 ${slow.codes.join('、')}` : ''}。`,
    ],
    floodHeading: '巨大的帧',
    floodNote:
      '服务器（或被攻破的服务器）一次发来一个 WebSocket 消息：页面最长被占用多久（单次调用，毫秒，三轮中最低），内存最多增加多少（JS 堆含该帧本身），一分钟后 wasm 内存还占多少。',
    floodColumns: [
      '',
      '最长占用（毫秒）',
      'JS 堆增加（MB）',
      'wasm 内存最多（MB）',
      '一分钟后 wasm 内存（MB）',
      '收到的消息',
      '错误码',
    ],
    faultHeading: '故障',
    faultNote: ({ faults }) =>
      `每个故障都以 MQTT 3.1.1 与 5.0、QoS 0、1、2 各跑一遍，共 ${grouped(faults.runs)} 次；名称就是 \`tests/faults\` 里测试的名称。要求：QoS 1、2 不丢（客户端已报告无法保存、随后小程序被杀掉的消息除外，“本地缓存”一栏的丢失都属于这种），QoS 2 不重，顺序不变，每个回调恰好一次，每个错误都有 \`code\` 与 \`hint\`，不向平台抛异常，故障过后自己恢复（说明不再重试的，由页面调用 \`reconnect()\`）。${faults.failing ? `目前有 ${grouped(faults.failing)} 次没有完全做到，列在 \`tests/faults/known.mjs\`；修好一项，测试就会要求把它划掉。` : '全部做到了。'}`,
    faultSumColumns: [
      '',
      '故障',
      '次数',
      '消息',
      'QoS 1、2 丢失',
      'QoS 2 重复',
      '最慢恢复（秒）',
      '未达到预期的次数',
    ],
    faultColumns: ['故障', '版本', 'QoS', '给出的错误码', '最慢恢复（秒）', '未达到预期'],
    tableNames: {
      NETWORK: '网络与网关',
      BROKER: '服务器的错误应答',
      POISON: '其他发布者的异常消息',
      PLATFORM: '`wx` 与 WXWebAssembly',
      CLOCKS: '时钟与定时器',
      STORAGE: '本地缓存',
    },
  },
  en: {
    title: 'Reliability',
    intro:
      'This page is written by `./build.sh soak`: what long runs, heavy load, hostile bytes and faults gave. `./build.sh soak --short` does the same with smaller numbers within a minute, and only prints. Everything runs on sealed model phones in virtual time, with the built files of `pkg/`; a run that loses a message, misses a callback or leaves a timer behind makes the command fail.',
    machine: (node, cpu, cores) =>
      `Measured with Node.js ${node} on ${cores} cores of ${cpu}. Figures of one machine compare with each other, not with a phone. They include the cost of the model phone and the test broker.`,
    costTitle: 'Cost of a message as more are pending',
    memoryTitle: 'Memory while messages come and go',
    pending: 'messages pending',
    microseconds: 'µs a message',
    publish: 'publish()',
    acknowledge: 'sent and acknowledged',
    messages: 'messages each way',
    heap: 'JS heap',
    wasm: 'wasm memory',
    loadHeading: 'Load',
    loadColumns: [
      '',
      'Messages each way',
      'Up (µs a message)',
      'Down (µs a message)',
      'JS heap before / after (MB)',
      'wasm memory before / after (MB)',
    ],
    loadNote: () =>
      'Every message has to arrive and every callback to run once. Costs are the median of batches of 50; memory is measured after a garbage collection.',
    pendingHeading: 'Pending messages',
    pendingColumns: ['Pending', 'publish() (µs a message)', 'Sent and acknowledged (µs a message)'],
    pendingNote: ({ pending }) =>
      `${grouped(pending.most)} messages of QoS 1 are published without a network, then sent and acknowledged when there is one; the lowest of three rounds. With all of them pending the JS heap is ${mb(pending.full.heap)} MB and the wasm memory ${mb(pending.full.wasm)} MB; once they are acknowledged the JS heap is back at ${mb(pending.after.heap)} MB.`,
    leftHeading: 'Before and after',
    leftNote: () =>
      'What was there at the beginning and at the end of each run. `end()` follows, after which listeners, timers and sockets have to be gone, or the command fails.',
    leftColumns: ['', 'JS heap (MB)', 'wasm memory (MB)', 'Listeners', 'Timers', 'Sockets'],
    runs: {
      0: 'load, QoS 0',
      1: 'load, QoS 1',
      2: 'load, QoS 2',
      pending: 'pending messages',
      flapping: 'a flapping network',
      reconnects: 'reconnections',
      hostile: 'hostile sessions',
      crowd: 'ten clients',
      slow: 'a slow subscriber',
    },
    enduranceNotes: ({ flapping, reconnects, hostile, crowd, slow }) => [
      `A flapping network: ${flapping.hours} simulated hours with ${grouped(flapping.happened)} losses, changes of network, trips to the background and frozen timers, and ${grouped(flapping.connects)} connections; ${grouped(flapping.sent)} messages of QoS 2 both ways, none of them lost, doubled or out of order.`,
      `Reconnections: ${grouped(reconnects.count)}, each with a message of QoS 1.`,
      `Hostile sessions: ${grouped(hostile.sessions)}, in which the server sends random bytes or damaged packets, ${grouped(hostile.bytes)} bytes in all, without a crash. Error codes: ${hostile.codes.join(', ')}.`,
      `Ten clients: the phone has ${crowd.mostSockets} sockets at most; the others connect when the first have ended. All ${grouped(crowd.sent)} messages of QoS 1 arrived.`,
      `A slow subscriber: each message takes it 5 ms, and the server sends ${grouped(slow.sent)} of QoS 1 at once; it handled ${grouped(slow.handled)} and acknowledged ${grouped(slow.acknowledged)} on ${slow.connects === 1 ? 'one connection' : `${slow.connects} connections`}, with ${mb(slow.mostHeap)} MB of JS heap at most${slow.codes.length ? `, error codes ${slow.codes.join(', ')}` : ''}.`,
    ],
    floodHeading: 'Huge frames',
    floodNote:
      'A server, or what took it over, sends one WebSocket message: the longest single call that blocks the page (ms, the lowest of three rounds), the most memory that it takes (the JS heap includes the frame itself), and the wasm memory that is left a minute later.',
    floodColumns: [
      '',
      'Longest call (ms)',
      'JS heap added (MB)',
      'wasm memory at most (MB)',
      'wasm memory a minute later (MB)',
      'Messages received',
      'Error codes',
    ],
    faultHeading: 'Faults',
    faultNote: ({ faults }) =>
      `Each fault is run with MQTT 3.1.1 and 5.0 and with QoS 0, 1 and 2, ${grouped(faults.runs)} runs in all; the names are those of the tests in \`tests/faults\`. What is asked: nothing lost at QoS 1 and 2 (except what the client reported that it could not store, when the app is killed: all losses under storage are of this kind), nothing doubled at QoS 2, the order kept, every callback run once, every error with a \`code\` and a \`hint\`, no exception into the platform, and a client that comes back when the fault is over (after \`reconnect()\` where it said that it would not try again). ${faults.failing ? `${grouped(faults.failing)} runs do not get there yet; they are listed in \`tests/faults/known.mjs\`, and the tests ask for a row to be struck out once it is mended.` : 'All runs get there.'}`,
    faultSumColumns: [
      '',
      'Faults',
      'Runs',
      'Messages',
      'Lost at QoS 1, 2',
      'Doubled at QoS 2',
      'Slowest recovery (s)',
      'Runs that fall short',
    ],
    faultColumns: [
      'Fault',
      'Versions',
      'QoS',
      'Error codes',
      'Slowest recovery (s)',
      'Falls short',
    ],
    tableNames: {
      NETWORK: 'Networks and gateways',
      BROKER: 'Wrong answers of a broker',
      POISON: 'Bad messages of other publishers',
      PLATFORM: '`wx` and WXWebAssembly',
      CLOCKS: 'Clocks and timers',
      STORAGE: 'Storage',
    },
  },
}

function mb(bytes) {
  return (bytes / 1e6).toFixed(1)
}
