/** A dashboard without Node's types: it names no Buffer, and lets the types of MQTT.js be inferred. */
import * as mqtt from 'mqtt'
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt'

type Listener = Parameters<mqtt.MqttClientEventCallbacks['message']>
type QoS = mqtt.IPublishPacket['qos']
type Publishing = { topic: string; body: string; options?: mqtt.IClientPublishOptions }

interface Entry {
  topic: string
  text: string
  json?: unknown
  hex: string
  retained: boolean
  qos: QoS
}

const DEFAULTS: IClientOptions = {
  protocol: 'wss',
  hostname: 'broker.example.com',
  port: 8084,
  path: '/mqtt',
  username: 'user',
  password: 'secret',
  reconnectPeriod: 2000,
  connectTimeout: 10_000,
  resubscribe: true,
  queueQoSZero: false,
  manualConnect: true,
  log: (...args) => console.log(...args),
}
declare const console: { log(...args: unknown[]): void }

let client: MqttClient | undefined
const entries: Entry[] = []
const queue: Publishing[] = []

export function open(options: Partial<IClientOptions> = {}): mqtt.MqttClient {
  client = connect({ ...DEFAULTS, ...options })
  client
    .on('connect', connack => {
      console.log(connack.sessionPresent ? 'resumed' : 'new', connack.returnCode)
      flush(client!)
    })
    .on('message', (...args) => receive(...args))
    .on('error', error => {
      const code = 'code' in error ? error.code : undefined
      console.log(error.message, code)
      client?.end(true)
    })
    .on('packetsend', packet => packet.cmd === 'pingreq' && console.log('ping'))
    .on('close', () => console.log('closed', client?.disconnecting, client?.reconnecting))
  for (const event of ['offline', 'reconnect', 'end'] as const) {
    client.once(event, () => console.log(event))
  }
  return client.connect()
}

function receive(...[topic, payload, packet]: Listener): void {
  const text = payload.toString()
  const entry: Entry = {
    topic,
    text,
    hex: payload.toString('hex'),
    retained: packet.retain,
    qos: packet.qos,
  }
  try {
    entry.json = JSON.parse(text)
  } catch {
    console.log(payload[0], payload.length, payload.readUInt16BE(0), packet.payload.toString())
  }
  const id = packet.properties?.correlationData?.toString()
  const { contentType, userProperties = {} } = packet.properties ?? {}
  console.log(id, contentType, Object.keys(userProperties), packet.messageId?.toFixed())
  entries.push(entry)
}

function flush(to: mqtt.MqttClient): void {
  for (const { topic, body, options } of queue.splice(0)) {
    to.publish(topic, body, options, (error, packet) => {
      if (error) return fail(error)
      console.log(packet?.cmd === 'publish' && packet.topic)
    })
  }
  to.publish('state', 'online', { qos: 1, retain: true }, fail).publish('bye', '')
}

function fail(error?: Error): void {
  if (error) console.log(error.name, error.stack)
}

export async function follow(topics: string[], qos: QoS): Promise<string[]> {
  const granted = await client!.subscribeAsync(topics, { qos })
  const refused = granted.filter(grant => grant.qos > 2)
  if (refused.length > 0)
    client!.unsubscribe(
      refused.map(({ topic }) => topic),
      fail,
    )
  return granted.map(({ topic, qos }) => `${topic} ${qos === 128 ? 'refused' : qos}`)
}

export const once = (url: string): Promise<MqttClient> => connectAsync(url, DEFAULTS, false)

export class Pool {
  private readonly clients: Record<string, mqtt.MqttClient> = {}
  private readonly store: mqtt.IStore = new mqtt.Store({ clean: false })
  private readonly ids: mqtt.IClientOptions['messageIdProvider'] =
    new mqtt.UniqueMessageIdProvider()

  get(url: string): mqtt.MqttClient {
    return (this.clients[url] ??= mqtt.connect(url, {
      outgoingStore: this.store,
      messageIdProvider: this.ids,
      customHandleAcks: (topic, message, packet, callback) =>
        callback(topic === '' || message.length === 0 || packet.dup ? 131 : 0),
    }))
  }

  close(callback: mqtt.DoneCallback): void {
    for (const [url, each] of Object.entries(this.clients)) {
      each.reconnect({ outgoingStore: this.store }).removeOutgoingMessage(each.getLastMessageId())
      for (const listener of each.listeners('message')) each.off('message', listener)
      for (const event of each.eventNames()) each.removeAllListeners(event)
      each.handleMessage = (packet, done) => done(packet.qos > 0 ? undefined : new Error(url))
      each.end(false, callback)
    }
  }
}
