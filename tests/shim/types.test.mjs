/** pkg/index.d.ts: it stands by itself, is strict, and knows every call; a page that uses it compiles. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { PACKAGE } from './package.mjs'

const PAGE = `
import mqtt, { connect, easemob } from './index'
import type { IClientOptions, MqttClient, MqttError } from './index'

const options: IClientOptions = {
  clientId: 'device001@aitbj0', username: 'user', password: new Uint8Array(1), keepalive: 60, clean: true,
  reconnectPeriod: 1000, connectTimeout: 30000, protocolVersion: 4, resubscribe: true,
  will: { topic: 't', payload: 'x', qos: 1 }, wasmPath: '/utils/mqtt.wasm.br',
  transformWsUrl: (url, { clientId }, client) => url + clientId + client.connected,
}
let client: MqttClient = mqtt.connect('wxs://host', options)
client = mqtt('wxs://host'); client = connect(options); client = mqtt.default.connect(options)
client
  .on('connect', connack => connack.sessionPresent === true)
  .once('message', (topic, payload, { qos, messageId }) => {
    const text: string = \`\${topic}\${payload.toString('hex')}\${qos + (messageId ?? 0)}\`
    JSON.parse(payload.toString()); payload.subarray(0, 1); text.trim()
  })
  .on('error', ({ code, message, hint }) => \`\${code}\${message}\${hint}\`)
  .on('packetsend', packet => packet.cmd.length)
for (const event of ['reconnect', 'close', 'offline', 'end'] as const) client.off(event, () => undefined)
client.publish('t', 'x').publish('t', new ArrayBuffer(1), { qos: 2, retain: true }, (error, packet) => {
  if (error === null) packet?.messageId?.toFixed()
})
client.subscribe('t', (error, granted) => granted?.map(({ topic, qos }) => qos === 128 && topic))
client.subscribe(['a', 'b'], { qos: 1 }); client.subscribe({ a: { qos: 2 } })
client.unsubscribe('t').unsubscribe(['t'], error => error?.hint)
client.end().end(true).end(false, () => undefined).end(() => undefined).end(true, {}, () => undefined)
const states: boolean[] = [client.connected, client.reconnecting, client.disconnecting, client.disconnected]
if (client instanceof mqtt.MqttClient) client.reconnect()
easemob.fetchUserToken({ restApiUrl: '', username: '', clientId: '', appToken: '' }).then(
  ({ accessToken, expiresIn = 0 }) => accessToken.length + expiresIn, (error: MqttError) => error.statusCode)
mqtt.easemob.fetchAppToken({ restApiUrl: '', appClientId: '', appClientSecret: '' })

// @ts-expect-error -- no such event
client.on('messages', () => undefined)
// @ts-expect-error -- no such quality of service
client.publish('t', 'x', { qos: 3 })
// @ts-expect-error -- objects are no payload
client.publish('t', { a: 1 })
// @ts-expect-error -- no such option
connect('wxs://host', { keepAlive: 60 })
// @ts-expect-error -- no such protocol
connect({ protocol: 'mqtt' })
// @ts-expect-error -- made by connect only
new mqtt.MqttClient()
export { states }
`

test('a strict page that uses every call compiles, and mistakes do not', () => {
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.Preserve,
    lib: ['lib.es2020.d.ts'], // neither DOM nor Node
    types: [],
  }
  const page = `${PACKAGE}/page.ts`
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = name => name === page || fileExists(name)
  host.getSourceFile = (name, version) =>
    name === page ? ts.createSourceFile(name, PAGE, version) : getSourceFile(name, version)
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([page], options, host))
  assert.equal(
    ts.formatDiagnostics(diagnostics, { ...host, getCanonicalFileName: name => name }),
    '',
  )
})
