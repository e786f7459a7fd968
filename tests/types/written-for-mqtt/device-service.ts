/** A service of an application with Node's types: everything is declared by the types of MQTT.js. */
import mqtt, {
  type IClientOptions,
  type IClientPublishOptions,
  type IClientSubscribeOptions,
  type IConnackPacket,
  type IDisconnectPacket,
  type IPublishPacket,
  type ISubscriptionGrant,
  type ISubscriptionMap,
  type ISubscriptionRequest,
  type OnMessageCallback,
  type Packet,
  type PacketCallback,
} from 'mqtt'

interface DeviceOptions extends IClientOptions {
  hostname: string
  port?: number
  protocol?: 'wss' | 'mqtts'
  deviceId: string
}

interface Reading {
  temperature: number
  humidity: number
  raw: Buffer
}

type Handler = (topic: string, payload: Buffer, packet: IPublishPacket) => void
type State = 'idle' | 'connected' | 'offline' | 'closed'

export class DeviceService {
  private client: mqtt.MqttClient | null = null
  private readonly handlers = new Map<string, Set<Handler>>()
  private readonly wanted: ISubscriptionMap = {}
  private last?: Buffer
  state: State = 'idle'

  constructor(private readonly options: DeviceOptions) {}

  start(url: string, overrides: Partial<mqtt.IClientOptions> = {}): Promise<IConnackPacket> {
    const { deviceId, ...rest } = this.options
    const options: mqtt.IClientOptions = {
      ...rest,
      clientId: `device_${deviceId}`,
      clean: false,
      keepalive: 30,
      protocol: 'mqtts',
      protocolVersion: 5,
      rejectUnauthorized: false,
      will: { topic: `state/${deviceId}`, payload: Buffer.from('offline'), qos: 1, retain: true },
      properties: { sessionExpiryInterval: 3600, userProperties: { app: ['a', 'b'] } },
      wsOptions: { headers: { Authorization: 'Bearer token' }, rejectUnauthorized: false },
      transformWsUrl: (address, given, client) =>
        `${address}?${given.clientId}&${client.connected}`,
      ...overrides,
    }
    const client = mqtt.connect(url, options)
    this.client = client
    client.on('message', this.onMessage)
    client.on('message', (topic: string, message: Buffer) => {
      this.last = message
      console.log(topic, message.length, message.toString('hex'))
    })
    client.on('reconnect', () => (this.state = 'idle'))
    client.on('offline', () => (this.state = 'offline'))
    client.on('close', () => (this.state = 'closed'))
    client.on('disconnect', (packet: IDisconnectPacket) => {
      console.log(packet.reasonCode ?? 0, packet.properties?.reasonString)
    })
    client.on('packetreceive', (packet: Packet) => {
      if (packet.cmd === 'puback' && packet.messageId !== undefined) console.log(packet.messageId)
    })
    return new Promise<IConnackPacket>((resolve, reject) => {
      const failed = (error: Error | mqtt.ErrorWithReasonCode) => {
        if (error instanceof mqtt.ErrorWithReasonCode) console.log(error.code.toFixed(0))
        client.removeListener('error', failed)
        reject(error)
      }
      client.once('connect', connack => {
        this.state = 'connected'
        console.log(connack.sessionPresent, connack.properties?.assignedClientIdentifier)
        resolve(connack)
      })
      client.once('error', failed)
    })
  }

  private readonly onMessage: OnMessageCallback = (topic, payload, packet) => {
    for (const handler of this.handlers.get(topic) ?? []) handler(topic, payload, packet)
    const { responseTopic, correlationData } = packet.properties ?? {}
    if (responseTopic) this.reply(responseTopic, correlationData)
  }

  private reply(topic: string, correlationData?: Buffer): void {
    const options: IClientPublishOptions = { qos: 1, properties: { correlationData } }
    const done: PacketCallback = (error, packet) => console.log(error?.message, packet?.messageId)
    this.client?.publish(topic, Buffer.from([1, 2]), options, done)
  }

  on(topic: string, qos: IClientSubscribeOptions['qos'], handler: Handler): Promise<void> {
    const request: ISubscriptionRequest = { topic, qos, nl: true, rh: 1 }
    this.wanted[topic] = { qos: request.qos }
    const handlers = this.handlers.get(topic) ?? new Set()
    this.handlers.set(topic, handlers.add(handler))
    return new Promise((resolve, reject) => {
      this.client!.subscribe(
        topic,
        { qos },
        (error: Error | null, granted?: ISubscriptionGrant[]) => {
          if (error || granted?.some(grant => grant.qos === 128)) reject(error)
          else resolve()
        },
      )
    })
  }

  send(topic: string, reading: Reading, callback?: (error?: Error) => void): void {
    const { temperature, humidity, raw } = reading
    const body = JSON.stringify({ temperature, humidity, raw: raw.toString('base64') })
    this.client?.publish(topic, body, { qos: 1, retain: false }, error => callback?.(error))
  }

  read(): Reading | undefined {
    if (!this.last || this.last.length < 4) return undefined
    const raw = Buffer.from(this.last)
    return { temperature: this.last.readInt16BE(0) / 10, humidity: this.last.readUInt16LE(2), raw }
  }

  resubscribe(): void {
    this.client?.subscribe(this.wanted, (error, granted, packet) => {
      console.log(
        error?.message,
        granted?.map(({ topic, qos }) => topic + qos),
        packet?.granted,
      )
    })
  }

  async stop(): Promise<void> {
    const client = this.client
    if (!client) return
    await client.unsubscribeAsync([...this.handlers.keys()])
    client.removeAllListeners('message')
    await client.endAsync(false, { reasonCode: 4, properties: { reasonString: 'bye' } })
    client.end(true, {}, (error?: Error) => console.log(error))
    this.client = null
  }
}
