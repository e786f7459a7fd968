/**
 * TypeScript that was written for MQTT.js compiles with --strict. The files of written-for-mqtt/ are tried on
 * its types first, so that they are known to be what they say.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { LIBRARIES, PROJECTS, compile } from './compile.mjs'

const source = name => ({
  [name]: readFileSync(new URL(`written-for-mqtt/${name}`, import.meta.url), 'utf8'),
})

for (const [name, node] of [
  ['device-service.ts', true],
  ['dashboard.ts', true],
  ['dashboard.ts', false],
]) {
  const types = node ? "with Node's types" : "without Node's types"
  test(`${name}, ${types}`, () => {
    assert.ok(source(name)[name].split('\n').length > 100)
    for (const library of ['MQTT.js', 'ours']) {
      assert.equal(compile(source(name), { library, node }), '', library)
    }
  })
}

test('the types need neither those of Node nor those of a browser', () => {
  assert.equal(compile({ 'page.ts': "import 'mqtt'" }), '')
})

test('values of the types of MQTT.js can be given, and received', () => {
  const text = readFileSync(new URL('exchange.ts', import.meta.url), 'utf8')
  assert.equal(compile({ 'exchange.ts': text }, { library: 'MQTT.js', node: true }), '')
})

test('a payload is a Buffer only where there is one', () => {
  const text = "import { type Payload } from 'mqtt'; export declare const payload: Payload;"
  const isBuffer = `${text} const buffer: Buffer = payload; buffer.toString('latin1')`
  assert.equal(compile({ 'page.ts': isBuffer }, { node: true }), '')
  const noBuffer = `${text} payload.swap16()`
  assert.match(compile({ 'page.ts': noBuffer }), /^page\.ts:1 TS2339: Property 'swap16' does not/)
  assert.equal(compile({ 'page.ts': `${text} payload.readUInt8(0)` }), '')
})

/** What a project may write of the import, and then. */
const IMPORTS = {
  'a default import': `import mqtt from 'mqtt'
    let c: mqtt.MqttClient = mqtt.connect('wxs://h', {} as mqtt.IClientOptions)
    c = mqtt('wxs://h'); c = new mqtt.MqttClient(null, {}); c = mqtt.Client(null, {})
    const old: mqtt.Client = c.end()`,
  'a default import with names': `import mqtt, { connect, MqttClient, type IClientOptions } from 'mqtt'
    let c: MqttClient = connect('wxs://h', {} as IClientOptions)
    if (c instanceof mqtt.MqttClient) c = mqtt.connect('wxs://h')
    class Own extends MqttClient {}
    new Own(null, {}).end()`,
  'named imports': `import { connect, connectAsync, Store, ErrorWithReasonCode } from 'mqtt'
    const c = connect('wxs://h', { incomingStore: new Store() })
    connectAsync('wxs://h').catch((e: ErrorWithReasonCode) => e.code.toFixed())
    c.end()`,
  'a namespace': `import * as mqtt from 'mqtt'
    const c: mqtt.MqttClient = mqtt.connect('wxs://h'); const qos: mqtt.QoS = 1
    c.subscribe('t', { qos })`,
  'types alone': `import type { MqttClient } from 'mqtt'
    import type mqtt from 'mqtt'
    export function on(c: MqttClient, o: mqtt.IClientOptions) { c.options.host = o.host }`,
  'import type of the module': `declare const c: import('mqtt').MqttClient | undefined
    export const o: Parameters<typeof import('mqtt').connect> = ['wxs://h', {}]
    export const p: Parameters<import('mqtt').MqttClient['publish']> = ['t', 'm', { qos: 1 }]
    c?.publish(...p)`,
}

for (const [project, settings] of Object.entries(PROJECTS)) {
  test(`every form of import in a project of ${project}`, () => {
    const files = Object.entries(IMPORTS).flatMap(([form, text]) => [
      [`${form}.ts`, text],
      [`${form}.mts`, text],
    ])
    assert.equal(compile(Object.fromEntries(files), settings), '')
  })
}

test('import … = require()', () => {
  const text = `import mqtt = require('mqtt')
    const c: mqtt.MqttClient = mqtt.connect('wxs://h')
    mqtt.default.connect('wxs://h').once('connect', () => mqtt('wxs://h').end()); c.end()`
  for (const project of ['WeChat DevTools', 'CommonJS with esModuleInterop', 'Node.js']) {
    assert.equal(compile({ 'page.cts': text }, PROJECTS[project]), '', project)
  }
})

test('the declarations beside a copied mqtt.min.js', () => {
  const text = "import mqtt from './mqtt.min.js'; let c: mqtt.MqttClient = mqtt.connect('wxs://h')"
  const files = { 'mqtt.min.d.ts': readFileSync(LIBRARIES.ours, 'utf8'), 'page.ts': text }
  for (const project of ['WeChat DevTools', 'a bundler']) {
    assert.equal(compile(files, PROJECTS[project]), '', project)
  }
})

/** What remains: docs/typescript.en.md has the reasons. */
const REMAINS = {
  'the state is read-only': ['c.connected = false', 2540],
  'what MQTT.js has inside': ['c.keepaliveManager.reschedule()', 2339],
  'a message id that may be null': ['const id: number = c.getLastMessageId()', 2322],
  'the code of an error may be text': [
    "c.on('error', e => { const n: number = 'code' in e ? e.code : 0 })",
    2322,
  ],
  'a refusal has more codes than 128': [
    "c.subscribe('t', (e, g) => { const q: 0 | 1 | 2 | 128 = g![0]!.qos })",
    2322,
  ],
  'UNSUBACK has codes in MQTT 5.0 alone': [
    "c.on('packetreceive', p => { if (p.cmd === 'unsuback') p.granted.length })",
    18048,
  ],
}

test('the errors that remain', () => {
  const files = Object.entries(REMAINS).map(([what, [line]]) => [
    `${what}.ts`,
    `import mqtt from 'mqtt'\ndeclare const c: mqtt.MqttClient\n${line}`,
  ])
  const remains = library => compile(Object.fromEntries(files), { library, node: true })
  assert.equal(remains('MQTT.js'), '')
  const errors = remains('ours')
  const expected = Object.entries(REMAINS).map(([what, [, code]]) => `${what}.ts:3 TS${code}`)
  assert.deepEqual(errors.match(/^.*?\.ts:\d+ TS\d+/gm).sort(), expected.sort())
})

test('an error that remains: Buffer is named without its types', () => {
  const text =
    "import { connect } from 'mqtt'\nconnect('wxs://h').on('message', (t, m: Buffer) => m)"
  assert.match(compile({ 'page.ts': text }), /^page\.ts:2 TS2591: Cannot find name 'Buffer'/)
})
