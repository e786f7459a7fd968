/** Modules of the app that need no phone. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Blocks } from '../../miniprogram/lib/blocks.js'
import { TITLES, explain, isFinal, reasonOf } from '../../miniprogram/mqtt/errors.js'
import { History } from '../../miniprogram/mqtt/history.js'
import { copyable, expand, sizeOf, summarize } from '../../miniprogram/mqtt/payload.js'
import { propertiesFrom } from '../../miniprogram/pages/console/properties.js'
import { isOlder } from '../../miniprogram/pages/diagnosis/checks.js'
import { reportOf } from '../../miniprogram/pages/diagnosis/report.js'
import { Phone } from '../harness/phone.mjs'
import { TARGET, makeStyleSheet } from '../../scripts/weui.mjs'

const ROOT = join(import.meta.dirname, '../..')

test('the style sheet is what scripts/weui.mjs makes of WeUI', () => {
  assert.equal(readFileSync(TARGET, 'utf8'), makeStyleSheet())
})

test('payloads are shown as JSON, as text, or in hexadecimal', () => {
  const shown = bytes => [summarize(bytes).kind, summarize(bytes).preview, expand(bytes)]
  assert.deepEqual(shown(Buffer.from('{"a":[1]}')), [
    'json',
    '{"a":[1]}',
    '{\n  "a": [\n    1\n  ]\n}',
  ])
  assert.deepEqual(shown(Buffer.from('{"a":')), ['text', '{"a":', '{"a":'])
  assert.deepEqual(shown(Buffer.from('21.5')), ['text', '21.5', '21.5'])
  assert.deepEqual(shown(Buffer.from('一\n二 𠮷')), ['text', '一 二 𠮷', '一\n二 𠮷'])
  assert.deepEqual(shown(Buffer.from([])).slice(0, 2), ['empty', '（空）'])
  const [kind, preview, dump] = shown(Buffer.from([0, 65, 255]))
  assert.deepEqual([kind, preview], ['hex', '00 41 ff'])
  assert.equal(dump, '0000  00 41 ff                 .A.')
  assert.equal(copyable(Buffer.from([0, 65, 255])), '00 41 ff')
})

test('a long payload is shown in part, and copied whole', () => {
  const long = Buffer.from('x'.repeat(100_000))
  assert.ok(summarize(long).preview.length <= 121)
  assert.ok(expand(long).length < 5000)
  assert.equal(copyable(long).length, 100_000)
  const bytes = Buffer.alloc(10_000, 1)
  assert.ok(expand(bytes).length < 5000)
  assert.equal(copyable(bytes).length, 29_999)
  assert.deepEqual([100, 2048, 3 << 20].map(sizeOf), ['100 B', '2.0 KB', '3.0 MB'])
})

test('an error is explained in Chinese alone', () => {
  const hint = '请检查网络、地址与端口。 Check network, host and port.'
  const error = Object.assign(new Error('connect fail'), { code: 'TIMEOUT', hint })
  const explained = { title: '连接超时', advice: '请检查网络、地址与端口。', code: 'TIMEOUT' }
  assert.deepEqual(explain(error), explained)
  const refused = Object.assign(new Error('Connection refused: Not authorized'), { code: 135 })
  assert.equal(explain(refused).title, '服务器拒绝连接：未授权')
  assert.deepEqual(explain(new Error('HTTP 502')), { title: 'HTTP 502', advice: '', code: '' })
})

test('every code of docs/errors.md has a title, and none but those', () => {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
  const codes = [...page.matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, code]) => code)
  assert.ok(codes.length >= 70, `${codes.length} codes`)
  assert.deepEqual(Object.keys(TITLES).sort(), codes.sort())
  for (const [code, title] of Object.entries(TITLES)) {
    assert.equal(explain({ code, message: 'in English' }).title, title)
    assert.match(title, /[\u4e00-\u9fff]/, code)
    assert.ok(title.length <= 34, `${title}: it is one line of a phone`)
  }
})

test('every reason code of a server that is a refusal has its words in Chinese', () => {
  const codes = Object.keys(new Phone().mqtt.ReasonCodes).map(Number)
  const refusals = codes.filter(code => (code >= 1 && code <= 5) || code >= 128)
  assert.equal(refusals.length, 40)
  for (const code of refusals) assert.doesNotMatch(reasonOf(code), /^原因码/)
})

test('every hint of the library is cut to its Chinese', () => {
  const read = path => readFileSync(join(ROOT, path), 'utf8')
  const inModule = read('src/wasm/error_text.rs')
    .replace(/\\\n\s*/g, '')
    .replace(/\\n/g, '"\n"')
  const hints = [...hintsOf(read('pkg/mqtt.min.js')), ...hintsOf(inModule)]
  assert.ok(hints.length >= 40, `${hints.length} hints`)
  for (const hint of hints) {
    const { advice } = explain({ code: 'x', message: '', hint })
    assert.ok(hint.startsWith(advice) && advice.length < hint.length, hint)
    assert.match(advice, /[。！]$/, hint)
  }
})

test('whether the library will try again', () => {
  const error = (code, message = '', more) => ({ code, message, ...more })
  const refused = 'Connection refused: …'
  assert.equal(isFinal(error('WASM_LOAD')), true)
  assert.equal(isFinal(error('SOCKET')), false)
  assert.equal(isFinal(error(5, refused)), true)
  assert.equal(isFinal(error(5, refused), true), false, 'a token can be renewed')
  assert.equal(isFinal(error(3, refused)), false, 'the server will be back')
  assert.equal(isFinal(error('SOCKET', '', { final: true })), true)
  assert.equal(isFinal(error(5, refused, { final: false })), false)
})

test('a list in blocks sends what is new, and drops the oldest block', () => {
  const list = new Blocks('list', 3, 2)
  const data = list.clear()
  const shown = () => data.list.order.flatMap(block => data.list.blocks[block].map(({ id }) => id))
  const push = (...ids) => apply(data, list.push(ids.map(id => ({ id }))))

  assert.deepEqual(push(1), ['list.blocks[2][0]'])
  push(2, 3)
  assert.deepEqual(shown(), [1, 2, 3])
  push(4, 5, 6, 7)
  assert.deepEqual(shown(), [3, 4, 5, 6, 7])
  assert.deepEqual(push(8), [`list.blocks[${data.list.order[2]}][1]`])
  assert.deepEqual(shown(), [3, 4, 5, 6, 7, 8])
  push(9, 10, 11, 12, 13, 14, 15, 16, 17)
  assert.deepEqual(shown().slice(-4), [14, 15, 16, 17])
  assert.ok(shown().length <= 6)

  apply(data, list.update(17, 'status', 'done'))
  assert.equal(data.list.blocks[data.list.order[2]].find(({ id }) => id === 17).status, 'done')
  assert.deepEqual(list.update(1, 'status', 'done'), {}, 'it is gone')
})

test('the history is bounded by messages and by bytes', () => {
  const history = new History()
  for (let n = 0; n < 1000; n++) history.add({ payload: Buffer.from('x') })
  assert.equal(history.messages.length, 400)
  assert.equal(history.find(1), undefined)
  assert.equal(history.find(1000).size, 1)
  for (let n = 0; n < 5; n++) history.add({ payload: Buffer.alloc(3 << 20) })
  assert.equal(history.messages.length, 1)
})

test('properties of a message: what was filled in, and no more', () => {
  const blank = { contentType: '', responseTopic: '', expiry: '', user: '' }
  assert.deepEqual(propertiesFrom(blank), {})
  const user = 'room = kitchen\nroom=cellar\nurl=a=b\nnothing'
  assert.deepEqual(propertiesFrom({ ...blank, expiry: '60', user }), {
    messageExpiryInterval: 60,
    userProperties: { room: ['kitchen', 'cellar'], url: 'a=b' },
  })
})

test('versions of the base library', () => {
  const older = ['2.13.9', '2.9.0', '2.14', '1.99.99', '3.0.0'].map(one => isOlder(one, '2.14.0'))
  assert.deepEqual(older, [true, true, false, true, false])
})

test('the report of a diagnosis says what failed, in the words of the platform too', () => {
  const step = (title, state, more) => ({ title, state, ...more })
  const report = reportOf({
    address: 'example.com/mqtt',
    version: '3.6.6',
    protocolVersion: 5,
    now: new Date(0),
    times: [],
    steps: [
      step('基础库', 'passed', { detail: '3.6.6', took: '1 ms' }),
      step('WebSocket 握手', 'failed', {
        detail: '连接超时',
        advice: '请检查网络。',
        code: 'TIMEOUT',
        message: 'connectSocket:fail timeout',
      }),
      step('订阅', 'skipped'),
    ],
  })
  assert.equal(
    report,
    `MQTT 诊断 1970-01-01T00:00:00.000Z
服务器 example.com/mqtt，MQTT 5.0，基础库 3.6.6
[通过] 基础库 1 ms：3.6.6
[失败] WebSocket 握手：连接超时
  code: TIMEOUT
  原文: connectSocket:fail timeout
  请检查网络。
[未进行] 订阅`,
  )
})

/** Does what setData would, and returns the paths. */
function apply(data, changes) {
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(/[.[\]]+/).filter(Boolean)
    const last = names.pop()
    names.reduce((at, name) => at[name], data)[last] = structuredClone(value)
  }
  return Object.keys(changes)
}

/** Texts with Chinese in them that go on in English. */
function hintsOf(code) {
  const literals = code.matchAll(/(["'`])((?:\\.|(?!\1)[^\\])*)\1/g)
  return [...literals]
    .map(([, , text]) =>
      text.replace(/\\u([\da-f]{4})/gi, (_, hex) => String.fromCharCode(`0x${hex}`)),
    )
    .filter(text => /[\u4e00-\u9fff].*[。！] [ -~…]+$/.test(text))
}
