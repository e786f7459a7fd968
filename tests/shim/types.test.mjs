/** pkg/index.d.ts: it stands by itself, is strict, and knows every call; a page that uses it compiles. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { PACKAGE } from '../harness/package.mjs'

const PAGE = `
import mqtt, { connect, connectAsync, easemob } from './index'
import type {
  ClientSubscribeCallback, IClientOptions, IClientPublishOptions, IConnackPacket, IMessageIdProvider,
  IPublishPacket, IStore, IStream, ISubscriptionGrant, MqttClient, MqttError, OnMessageCallback, Packet,
  PacketCallback, QoS, SubscribeFilters,
} from './index'

const store: IStore = new mqtt.Store({ clean: false })
const messageIdProvider: IMessageIdProvider = new mqtt.UniqueMessageIdProvider()
const options: IClientOptions = {
  clientId: 'device001@aitbj0', username: 'user', password: new Uint8Array(1), keepalive: 60, clean: true,
  reconnectPeriod: 1000, connectTimeout: 30000, protocolVersion: 4, protocolId: 'MQTT', resubscribe: true,
  will: { topic: 't', payload: 'x', qos: 1, retain: true, properties: { willDelayInterval: 1 } },
  wasmPath: '/utils/mqtt.wasm.br', manualConnect: false, subscribeBatchSize: 10, queueQoSZero: true,
  servers: [{ host: 'a', port: 8084, protocol: 'wxs', path: '/mqtt' }, 'wxs://b/mqtt'],
  wsOptions: { headers: { a: 'b' }, protocols: ['mqtt'] }, reconnectOnConnackError: true,
  incomingStore: store, outgoingStore: store, messageIdProvider, log: (...args) => args.length,
  customHandleAcks: (topic, message, packet, callback) => callback(topic + message + packet.qos ? 0 : new Error()),
  authPacket: { properties: { authenticationMethod: 'M' } }, autoUseTopicAlias: true, autoAssignTopicAlias: true,
  timerVariant: 'native', writeCache: false, reschedulePings: true, objectMode: false, rejectUnauthorized: false,
  properties: { sessionExpiryInterval: 1, userProperties: { a: ['b', 'c'] } },
  transformWsUrl: (url, { clientId }, client) => url + clientId + client.connected,
}
let client: MqttClient = mqtt.connect('wxs://host', options)
client = mqtt('wxs://host'); client = connect(options); client = mqtt.default.connect(options)
client = new mqtt.MqttClient(null, options); client = mqtt.Client(undefined, options)
client = mqtt.MqttClient((made, { host }) => ({ write: bytes => bytes.length, on: () => made.connected && host }), options)
const stream: IStream = { write: () => true, end: () => undefined, on: () => undefined }
client = new mqtt.MqttClient(() => stream, {})
connectAsync('wxs://host', options, false).then(made => made.end())
mqtt.connectAsync(options).catch((error: MqttError) => error.hint)

client
  .on('connect', (connack: IConnackPacket) => connack.sessionPresent === true)
  .once('message', (topic, payload, { qos, messageId, length, properties }) => {
    const text: string = \`\${topic}\${payload.toString('hex')}\${qos + (messageId ?? 0) + (length ?? 0)}\`
    JSON.parse(payload.toString()); payload.subarray(0, 1); text.trim(); payload.readUInt16BE(2).toFixed()
    properties?.userProperties
  })
  .on('message', (topic: string, payload: Uint8Array, packet: IPublishPacket) => mqtt.json<{ a: 1 }>(packet).a && topic && payload)
  .on('error', ({ code, message, hint }) => \`\${code}\${message}\${hint}\`)
  .on('error', (error: Error) => error.message)
  .on('packetsend', (packet: Packet) => packet.cmd === 'subscribe' && packet.subscriptions[0]?.topic)
  .on('disconnect', ({ reasonCode }) => mqtt.ReasonCodes[reasonCode ?? 0])
  .prependListener('packetreceive', packet => packet.cmd.length)
for (const event of ['reconnect', 'close', 'offline', 'end', 'outgoingEmpty'] as const) client.off(event, () => undefined)
client.removeListener('end', () => undefined).removeAllListeners('end').removeAllListeners().setMaxListeners(0)
const heard: number = client.listeners('message').length + client.listenerCount('message') + client.eventNames().length

const publishOptions: IClientPublishOptions = { qos: 2, retain: true, dup: false, properties: { topicAlias: 1 }, cbStorePut: () => undefined }
client.publish('t', 'x').publish('t', new ArrayBuffer(1), publishOptions, (error, packet) => {
  if (error === null) packet?.messageId?.toFixed()
})
client.publish('t', 'x', (error?: Error) => error?.message).publish('t', 'x', {}, (error: Error | null) => error?.message)
client.publish('t', 'x', null, ((error, packet) => packet ?? error) as PacketCallback)
const asked: SubscribeFilters = { a: { qos: 1 }, b: { qos: 2, nl: true, rap: true, rh: 1 }, resubscribe: true }
const onMessage: OnMessageCallback = (topic, payload, packet) => mqtt.text(packet) + topic + payload
const subscribed: ClientSubscribeCallback = (error, granted, packet) => \`\${error?.code} \${granted?.length} \${packet?.granted}\`
client.subscribe('t', (error, granted) => granted?.map(({ topic, qos }) => qos === 128 && topic))
client.subscribe('t', (error: Error | null, granted?: ISubscriptionGrant[]) => granted ?? error)
client.subscribe(['a', 'b'], { qos: 1, onMessage }, subscribed); client.subscribe({ a: { qos: 2, onMessage } }); client.subscribe(asked, { properties: { subscriptionIdentifier: 1 } })
client.unsubscribe('t').unsubscribe(['t'], error => error?.hint).unsubscribe('t', { properties: {} }, (error, packet) => packet?.reasonCode)
client.end().end(true).end(false, () => undefined).end(() => undefined).end(true, {}, error => error?.code).end({ reasonCode: 4 })
client.reconnect({ incomingStore: store, outgoingStore: store }).connect().reconnect()
async function inTurn(qos: QoS) {
  const packet = await client.publishAsync('t', 'x', { qos })
  const granted = await client.subscribeAsync('t', { qos })
  const unsuback = await client.unsubscribeAsync('t')
  await client.endAsync(true, {})
  return [packet?.messageId, granted[0]?.qos, unsuback?.messageId]
}
client.removeOutgoingMessage(client.getLastMessageId() ?? 1).sendPing()
client.reschedulePing(true); client.onKeepaliveTimeout(); client.reauthenticate({ authenticationMethod: 'M' })
client.handleMessage = (packet, done) => done(packet.qos ? null : new Error())
client.handleAuth = ({ reasonCode }, callback) => callback(null, { reasonCode, properties: {} })
client.stream.on('close', () => client.stream.destroy())
client.queueQoSZero = client.keepalive > client._reconnectCount
const under: unknown[] = [client.queue[0]?.packet.cmd, client.outgoing[1]?.volatile, client.messageIdToTopic[1]?.[0]]
under.push(client.serverProperties?.maximumQoS, client.options.host, client.incomingStore, client.messageIdProvider.getLastAllocated())
const states: boolean[] = [client.connected, client.reconnecting, client.disconnecting, client.disconnected]
if (client instanceof mqtt.MqttClient) client.reconnect()

new mqtt.Store().put({ cmd: 'pingreq' }, error => error).get({ messageId: 1 }, (error, packet) => packet ?? error).createStream().on('data', packet => packet.cmd)
new mqtt.DefaultMessageIdProvider().allocate().toFixed()
new mqtt.KeepaliveManager(client, 'auto').reschedule()
const failure = new mqtt.ErrorWithReasonCode('', 135).code + new mqtt.ErrorWithSubackPacket('', { cmd: 'suback', messageId: 1, granted: [] }).packet.granted.length
const valid = mqtt.validateTopic('a') && mqtt.validateTopics(['a']) === null && mqtt.MqttClient.VERSION === mqtt.MQTTJS_VERSION
mqtt.nextTick(() => mqtt.applyMixin(class {}, class {}), mqtt.MqttClient.defaultId())
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
connect({ protocol: 'http' })
// @ts-expect-error -- options are needed
new mqtt.MqttClient()
// @ts-expect-error -- a filter is text
client.subscribe(7)
// @ts-expect-error -- there is no quality of service 3
client.subscribe('t', { qos: 3 })
export { failure, heard, inTurn, states, under, valid }
`

/** Beside the sources of the shim: what index.ts exports against what api.d.ts declares, both ways. */
const COMPARISON = `
import type * as api from './api'
import type index from './index'

type Built = typeof index
type Declared = typeof api.default
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Assert<T extends true> = T // fails to compile unless it is given true
type Members<C> = C extends abstract new (...args: never[]) => infer I ? keyof I & string : never
type Emit = InstanceType<Built['MqttClient']>['emit']

export type Checks = [
  Assert<Equal<keyof Built, keyof Declared>>,
  Assert<Equal<keyof typeof api, keyof Declared>>, // each is a named export, too
  Assert<Equal<Members<Built['MqttClient']>, keyof api.MqttClient>>,
  Assert<Equal<Members<Built['Store']>, keyof api.Store>>,
  Assert<Equal<Members<Built['KeepaliveManager']>, keyof api.KeepaliveManager>>,
  Assert<Equal<Members<Built['UniqueMessageIdProvider']>, keyof api.UniqueMessageIdProvider>>,
  Assert<Equal<Members<Built['DefaultMessageIdProvider']>, keyof api.DefaultMessageIdProvider>>,
  Assert<Equal<Parameters<Emit>[0], keyof api.MqttEvents>>,
]
// the module is its own default, which no type can say of itself
export const built: Omit<Declared, 'default'> = 0 as unknown as Omit<Built, 'default'>
export const connects: typeof api.connect = 0 as unknown as Built

declare const client: InstanceType<Built['MqttClient']>
client.emit('message', 'topic', new Uint8Array(0) as api.Payload, 0 as unknown as api.IPublishPacket)
// @ts-expect-error -- a message has a payload
client.emit('message', 'topic')
// @ts-expect-error -- no such event
client.emit('messages')
`

const STRICT = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2020,
  module: ts.ModuleKind.Preserve,
  lib: ['lib.es2020.d.ts'], // neither DOM nor Node
  types: [],
}

test('a strict page that uses every call compiles, and mistakes do not', () => {
  const options = { ...STRICT, exactOptionalPropertyTypes: true }
  assert.equal(diagnosed(`${PACKAGE}/page.ts`, PAGE, options), '')
})

test('what the shim exports is what is declared, and the other way round', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  assert.equal(diagnosed(`${root}src/shim/comparison.ts`, COMPARISON, options), '')
})

/** What the compiler says of a file that has this text, and of what it imports. */
function diagnosed(name, text, options) {
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = file => file === name || fileExists(file)
  host.getSourceFile = (file, version) =>
    file === name ? ts.createSourceFile(file, text, version) : getSourceFile(file, version)
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([name], options, host))
  return ts.formatDiagnostics(diagnostics, { ...host, getCanonicalFileName: file => file })
}
