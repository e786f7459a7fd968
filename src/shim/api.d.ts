/**
 * mqtt-miniprogram：微信小程序的 MQTT 客户端，接口与 MQTT.js 一致。
 * The MQTT client for WeChat mini-programs, with the API of MQTT.js.
 *
 * 本文件原样作为 pkg/index.d.ts 发布，因此不引用任何其他文件；照 MQTT.js 5.16 的类型写的代码在此同样可以编译。
 * Published unchanged as pkg/index.d.ts, so it refers to no other file. Code that compiles against the
 * types of MQTT.js 5.16 compiles against these; the exceptions are listed in docs/typescript.en.md.
 */

/** 服务质量：0 至多一次，1 至少一次，2 恰好一次。 Quality of service. */
type QoS = 0 | 1 | 2

/** SUBACK 中的返回码：授予的 QoS；128 起为拒绝的原因，除 128 外均为 MQTT 5.0 的。 The granted QoS; from 128 on why it was refused, all but 128 in MQTT 5.0 alone. */
type GrantedQos = QoS | 128 | 131 | 135 | 143 | 145 | 151 | 158 | 161 | 162

/** 同一名称可有多个值。 A name may have several values. */
type UserProperties = Record<string, string | string[]>

/**
 * MQTT 5.0 的属性，名称同 MQTT.js；各报文可用的属性见标准 2.2.2.2。
 * Properties of MQTT 5.0, by the names of MQTT.js; section 2.2.2.2 has those of each packet.
 */
interface IProperties<Bytes = Uint8Array> {
  payloadFormatIndicator?: boolean
  /** 秒。 Seconds. */
  messageExpiryInterval?: number
  contentType?: string
  responseTopic?: string
  correlationData?: Bytes
  subscriptionIdentifier?: number | number[]
  /** 秒。 Seconds. */
  sessionExpiryInterval?: number
  assignedClientIdentifier?: string
  /** 秒。 Seconds. */
  serverKeepAlive?: number
  authenticationMethod?: string
  authenticationData?: Bytes
  requestProblemInformation?: boolean
  /** 秒。 Seconds. */
  willDelayInterval?: number
  requestResponseInformation?: boolean
  responseInformation?: string
  serverReference?: string
  reasonString?: string
  receiveMaximum?: number
  topicAliasMaximum?: number
  topicAlias?: number
  maximumQoS?: number
  retainAvailable?: boolean
  /** 字节。 Bytes. */
  maximumPacketSize?: number
  wildcardSubscriptionAvailable?: boolean
  subscriptionIdentifiersAvailable?: boolean
  sharedSubscriptionAvailable?: boolean
  userProperties?: UserProperties
}

/** 报文中的属性：其中的字节可作为文本使用。 Properties of a packet: their bytes print as text. */
type IPacketProperties = IProperties<TextBytes>

/** 可发送的消息：文本（按 UTF-8 编码）或字节。 What can be published: text (as UTF-8) or bytes. */
type Message = string | ArrayBuffer | ArrayBufferView

/** 遗嘱消息：连接异常断开时由服务器发布。 What the server publishes if the connection breaks. */
interface IWill {
  topic: string
  payload: Message
  /** 默认 0。 Default 0. */
  qos?: QoS
  /** 默认 false。 Default false. */
  retain?: boolean
  /** MQTT 5.0。 */
  properties?: IProperties
}

/** 传给 wx.connectSocket 的选项。 Options for wx.connectSocket. */
interface IWsOptions {
  /** HTTP 头（不能设置 Referer）。 HTTP header. */
  header?: Record<string, string>
  /** 同 header，MQTT.js 的写法。 The same, by the name that MQTT.js has. */
  headers?: Record<string, string | number | string[] | undefined>
  /** 子协议，默认 `['mqtt']`。 Sub-protocols. */
  protocols?: string[]
  tcpNoDelay?: boolean
  perMessageDeflate?: boolean
  /** 毫秒。 Milliseconds. */
  timeout?: number
  forceCellularNetwork?: boolean
  /** 忽略：MQTT.js 在 Node 中的其他选项。 Ignored: what MQTT.js takes in Node besides. */
  [name: string]: any
}

/** mqtt.fallback.js 导出的函数。 What mqtt.fallback.js exports. */
type WasmFallback = (imports: object) => object

/** 一个服务器：`servers` 选项的一项。 One server of the option `servers`. */
interface IServer {
  host: string
  port?: number
  /** 默认为 connect 时的协议。 Default: that of connect. */
  protocol?: MqttProtocol
  /** 默认为 connect 时的路径。 Default: that of connect. */
  path?: string
}

/** MQTT.js 的协议；小程序中可用的是 wxs、wss、wx、ws，局域网内还有 mqtt、tcp。 Those of MQTT.js; mini-programs have wxs, wss, wx and ws, and in the LAN mqtt and tcp. */
type BaseMqttProtocol =
  'wxs' | 'wss' | 'wx' | 'ws' | 'mqtt' | 'mqtts' | 'tcp' | 'ssl' | 'ali' | 'alis'
type MqttProtocolWithUnix = `${BaseMqttProtocol}+unix`
type MqttProtocol = BaseMqttProtocol | MqttProtocolWithUnix

/** TLS 的选项：证书由系统管理并总是校验。 Of TLS: the system has the certificates, and always checks them. */
interface ISecureClientOptions {
  /** 与 cert 一起给出时改用加密协议。 With cert: a secure protocol. */
  key?: any
  /** 与 key 一起给出时改用加密协议。 With key: a secure protocol. */
  cert?: any
  /** 无作用。 No effect. */
  ca?: any
  /** 无作用。 No effect. */
  rejectUnauthorized?: boolean
  /** 无作用。 No effect. */
  keyPath?: string
  /** 无作用。 No effect. */
  certPath?: string
  /** 无作用。 No effect. */
  caPaths?: string | string[]
  /** 无作用。 No effect. */
  ALPNProtocols?: any
}

/** connect 的选项，名称与默认值同 MQTT.js。 Options of connect: MQTT.js's names and defaults. */
interface IClientOptions extends ISecureClientOptions {
  /** 协议：公网只能用 wxs 或 wss；局域网可用 mqtt、ws。 On the internet wxs or wss only; in the LAN mqtt and ws, too. */
  protocol?: MqttProtocol
  /** 服务器域名。 The server's name. */
  hostname?: string
  /** 同 hostname。 The same as hostname. */
  host?: string
  /** 端口，默认 wss 443、ws 80、mqtt 1883。 Default 443 for wss, 80 for ws, 1883 for mqtt. */
  port?: number
  /** 路径，默认 `/`，不少服务器为 `/mqtt`。 Default `/`; many servers want `/mqtt`. */
  path?: string
  /** `用户名:密码`，优先于 username 与 password。 `user:password`, before username and password. */
  auth?: string
  /** URL 中的查询参数；其中的 clientId 优先。 Of the URL; a clientId in it comes first. */
  query?: Record<string, string>
  /** 依次使用的服务器，每次连接换下一个；也可写成地址。 Taken in turn, one an attempt; addresses will do. */
  servers?: Array<IServer | string>
  /** servers 中未给协议时使用，默认同 protocol。 For servers without a protocol. */
  defaultProtocol?: MqttProtocol
  /** 客户端标识；环信为 `deviceID@AppID`。默认随机。 Default: a random one. */
  clientId?: string
  /** 用户名。 User name. */
  username?: string
  /** 密码；环信为用户 Token。 Password; Easemob's user token. */
  password?: Message
  /** 心跳间隔（秒），0 为关闭，默认 60。 Seconds, 0 is off. */
  keepalive?: number
  /** 4 为 MQTT 3.1.1（默认），5 为 MQTT 5.0，3 为 MQTT 3.1。 4 is MQTT 3.1.1, 5 is 5.0, 3 is 3.1. */
  protocolVersion?: number
  /** 由 protocolVersion 决定，可省略。 Follows from protocolVersion. */
  protocolId?: string
  /** 是否清除会话，默认 true；为 false 时必须给 clientId。 Clean session; false needs a clientId. */
  clean?: boolean
  /** 首次重连前等待的毫秒数，之后逐次加长；0 为不重连，默认 1000。 Milliseconds before the first reconnect; 0 is never. */
  reconnectPeriod?: number
  /** 等待 CONNACK 的毫秒数，默认 30000。 Milliseconds until CONNACK. */
  connectTimeout?: number
  /** 为 true 时不自动连接，由 connect() 开始，默认 false。 Wait for connect(). */
  manualConnect?: boolean
  /** 遗嘱。 The will. */
  will?: IWill
  /** MQTT 5.0：CONNECT 的属性。 Of CONNECT. */
  properties?: IProperties
  /** MQTT 5.0：服务器不支持时改用 3.1.1，默认 false。 Go on with 3.1.1 if the server does not speak it. */
  fallback?: boolean
  /** MQTT 5.0：自动分配并使用主题别名，默认 false。 Give topics aliases, and use them. */
  autoAssignTopicAlias?: boolean
  /** MQTT 5.0：自动使用应用指定过的主题别名，默认 false。 Use the aliases that the application has named. */
  autoUseTopicAlias?: boolean
  /** MQTT 5.0：服务器要求认证时的应答，见 handleAuth。 Answers the server's AUTH. */
  authPacket?: Partial<IAuthPacket>
  /** MQTT 5.0：收到消息时决定确认的原因码。 Decides with which reason code a message is acknowledged. */
  customHandleAcks?: AckHandler
  /** 重连后自动重新订阅，默认 true。 Subscribe again after a reconnect. */
  resubscribe?: boolean
  /** 一个 SUBSCRIBE 中最多的过滤器数，默认不限。 Filters in one SUBSCRIBE, at most. */
  subscribeBatchSize?: number | null
  /** 离线时保留 QoS 0 消息，默认 true。 Keep QoS 0 messages while offline. */
  queueQoSZero?: boolean
  /** 连接被服务器拒绝后仍重连，默认 false。 Reconnect even after a refused CONNECT. */
  reconnectOnConnackError?: boolean
  /** 同时等待确认的 QoS 1、2 消息数上限，默认 16。 QoS 1 and 2 messages on their way at once. */
  maxInFlight?: number
  /**
   * 严格按标准执行：收到不合法的消息、服务器违规时一律断开，默认 false。
   * Closes the connection wherever the standard says so; by default only the message at fault is dropped.
   */
  strict?: boolean
  /** wasm 文件在代码包内的绝对路径，默认 `/utils/mqtt.wasm.br`。 Where the module is in the package. */
  wasmPath?: string
  /**
   * 没有 WXWebAssembly 时改用的 JavaScript 版内核：`() => require('./mqtt.fallback.js')`，只在需要时才会调用。
   * What is used where WXWebAssembly is missing; called only there.
   */
  wasmFallback?: () => WasmFallback
  /** 传给 wx.connectSocket 的选项。 For wx.connectSocket. */
  wsOptions?: IWsOptions
  /** 每次连接前改写地址。 Changes the address, before every attempt. */
  transformWsUrl?: (url: string, options: IClientOptions, client: MqttClient) => string
  /** 日志函数；不含密码与消息内容。 Hears what happens, never a password or a payload. */
  log?: (...args: any[]) => void
  /**
   * 提供密码（Token）的函数，例如向自己的后台获取：每次连接前，若没有、将过期或上一个被拒绝才会调用，
   * 失败后按 5 秒至 5 分钟逐次延后。
   * Gives the password, e.g. from one's own backend: asked before a connection is made, if there is no
   * token, if it is about to expire, or if the last one was refused; after a failure in 5 s to 5 min.
   */
  tokenProvider?: TokenProvider
  /**
   * 跟随小程序前后台与网络变化：回到前台或网络恢复时立即确认连接或重连，默认 true。
   * Follows the app and the network: a connection that may be dead is checked, or made again, at once.
   */
  lifecycle?: boolean
  /**
   * 为 'wx' 时把未完成的 QoS 1、2 消息、订阅等存入本地缓存，小程序被杀后下次启动续传；需要固定的 clientId。
   * 'wx' keeps unfinished QoS 1 and 2 messages and subscriptions in the storage of wx, for the next
   * start of the app; needs a clientId that stays the same.
   */
  store?: 'wx'
  /** 保存收到而未完成的 QoS 2 消息，供下一个客户端续传。 Keeps QoS 2 messages that came in, for another life. */
  incomingStore?: IStore
  /** 保存未送达的 QoS 1、2 消息，供下一个客户端续传。 Keeps QoS 1 and 2 messages that are not delivered, for another life. */
  outgoingStore?: IStore
  /** 作为 client.messageIdProvider；报文标识符由内核分配。 Not asked: the core gives the ids. */
  messageIdProvider?: IMessageIdProvider

  /** 无作用：心跳由内核按收发时间计算。 No effect: the core counts from what was sent. */
  reschedulePings?: boolean
  /** 无作用。 No effect. */
  writeCache?: boolean
  /** 无作用：计时以系统时钟为准。 No effect: time is taken from the clock. */
  timerVariant?: TimerVariant | Timer
  /** 无作用：只用 wx.connectSocket。 No effect: there is wx.connectSocket only. */
  forceNativeWebSocket?: boolean
  /** 无作用：请用 `new MqttClient(streamBuilder, options)`。 No effect: bring a stream instead. */
  createWebsocket?: (url: string, protocols: string[], options: IClientOptions) => any
  /** 无作用。 No effect. */
  objectMode?: boolean
  /** 无作用。 No effect. */
  binary?: boolean
  /** 无作用。 No effect. */
  encoding?: string
  /** 无作用。 No effect. */
  browserBufferSize?: number
  /** 无作用。 No effect. */
  browserBufferTimeout?: number
  /** 无作用：小程序没有代理。 No effect. */
  socksProxy?: string
  /** 无作用。 No effect. */
  socksTimeout?: number
  /** 无作用。 No effect. */
  unixSocket?: boolean
  /** 无作用。 No effect. */
  servername?: string
  /** 无作用：支付宝小程序的 my。 No effect: Alipay's. */
  my?: any
}

type TimerVariant = 'auto' | 'worker' | 'native'

/** 重复的定时器。 A timer that repeats. */
interface Timer {
  set(ring: () => void, milliseconds: number): any
  clear(timer: any): void
}

/** 项目有 Node 的类型时为 Buffer，否则为 unknown。 Buffer where a project has Node's types, unknown elsewhere. */
type NodeBuffer = typeof globalThis extends { Buffer: { isBuffer(value: any): value is infer B } }
  ? B extends Uint8Array
    ? B
    : unknown
  : unknown

/** 作为文本使用时按 UTF-8 解码的字节。 Bytes that print as the text that they are in UTF-8. */
type TextBytes = NodeBuffer &
  Uint8Array & {
    /** 文本；也可指定 `'hex'`、`'base64'`、`'base64url'`、`'latin1'`、`'ascii'`、`'utf16le'`。 Text, or one of these. */
    toString(encoding?: string, start?: number, end?: number): string
  }

/**
 * 收到的消息内容。项目有 Node 的类型时也是 Buffer，因此为 MQTT.js 写的 `(payload: Buffer) => …` 可以编译；
 * PayloadReader 中没有的 Buffer 方法在运行时抛出 TypeError。
 * What a message contains. Where a project has Node's types it is a Buffer, too, so that callbacks that
 * are declared for MQTT.js compile; methods of Buffer that PayloadReader lacks throw a TypeError.
 */
type Payload = TextBytes & PayloadReader

/** 收到的消息内容中用于读取的方法；偏移以字节计，超出范围时抛出 RangeError。 Reads a payload. Offsets are in bytes; one out of range throws a RangeError. */
interface PayloadReader {
  toJSON(): { type: 'Buffer'; data: number[] }
  /** 与 Buffer 不同，是副本；共享内存请用 subarray。 A copy, unlike Buffer's; subarray shares the memory. */
  slice(start?: number, end?: number): Payload
  subarray(start?: number, end?: number): Payload
  /** 字节是否相同。 Whether the bytes are the same. */
  equals(other: Uint8Array): boolean
  /** 查找文本（UTF-8）、字节串或一个字节。 Looks for text (as UTF-8), bytes or one byte. */
  includes(value: string | number | Uint8Array, from?: number): boolean
  /** 首次出现的位置，没有时为 -1。 Where it is first, or -1. */
  indexOf(value: string | number | Uint8Array, from?: number): number
  /** 最后出现的位置，没有时为 -1。 Where it is last, or -1. */
  lastIndexOf(value: string | number | Uint8Array, from?: number): number
  /** 复制到 target，放得下多少复制多少；返回字节数。 Copies into target as far as there is room; returns how many bytes. */
  copy(target: Uint8Array, targetStart?: number, start?: number, end?: number): number
  /** 读取 offset 处的数，BE 为大端，LE 为小端。 The number at an offset, big or little endian. */
  readUInt8(offset?: number): number
  readInt8(offset?: number): number
  readUInt16BE(offset?: number): number
  readUInt16LE(offset?: number): number
  readInt16BE(offset?: number): number
  readInt16LE(offset?: number): number
  readUInt32BE(offset?: number): number
  readUInt32LE(offset?: number): number
  readInt32BE(offset?: number): number
  readInt32LE(offset?: number): number
  readFloatBE(offset?: number): number
  readFloatLE(offset?: number): number
  readDoubleBE(offset?: number): number
  readDoubleLE(offset?: number): number
  /** 1 至 6 字节的整数。 An integer of 1 to 6 bytes. */
  readUIntBE(offset: number, byteLength: number): number
  readUIntLE(offset: number, byteLength: number): number
  readIntBE(offset: number, byteLength: number): number
  readIntLE(offset: number, byteLength: number): number
  /** 同名方法在 Node 中的另一种写法。 The same by the other names that Node has. */
  readUint8(offset?: number): number
  readUint16BE(offset?: number): number
  readUint16LE(offset?: number): number
  readUint32BE(offset?: number): number
  readUint32LE(offset?: number): number
  readUintBE(offset: number, byteLength: number): number
  readUintLE(offset: number, byteLength: number): number
}

/** 各报文共有的字段。 What every packet has. */
interface IPacket {
  cmd: PacketCmd
  messageId?: number
  /** 仅收到的消息：报文的剩余长度（字节）。 Of a received message: the bytes after its fixed header. */
  length?: number
  /** 仅确认、CONNACK、DISCONNECT、AUTH。 Of acknowledgements, CONNACK, DISCONNECT and AUTH. */
  reasonCode?: number
}

type PacketCmd = Packet['cmd']

/** 收到或发布的消息。 A message, received or published. */
interface IPublishPacket extends IPacket {
  cmd: 'publish'
  topic: string
  /** 收到的为 Payload；自己发布的与传给 publish 的相同。 Received: a Payload. Published: what publish was given. */
  payload: TextBytes | string
  qos: QoS
  retain: boolean
  dup: boolean
  /** MQTT 5.0：已发布的消息的原因码，非 0 时才有。 Of a published message, unless it is 0. */
  reasonCode?: number
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

/** 连接请求；事件中不含密码。 In events it is without the password. */
interface IConnectPacket extends IPacket {
  cmd: 'connect'
  clientId: string
  protocolVersion?: 3 | 4 | 5
  protocolId?: 'MQTT' | 'MQIsdp'
  username?: string
  password?: TextBytes
  clean?: boolean
  /** 秒。 Seconds. */
  keepalive?: number
  will?: IWill & { payload: TextBytes | string; properties?: IPacketProperties }
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

/** 服务器对连接的应答。 The server's answer to CONNECT. */
interface IConnackPacket extends IPacket {
  cmd: 'connack'
  /** 服务器上有此客户端的会话。 The server had a session. */
  sessionPresent: boolean
  returnCode?: number
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

/** 消息的确认。 Acknowledges a message. */
interface IAckPacket extends IPacket {
  cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}
interface IPubackPacket extends IAckPacket {
  cmd: 'puback'
}
interface IPubrecPacket extends IAckPacket {
  cmd: 'pubrec'
}
interface IPubrelPacket extends IAckPacket {
  cmd: 'pubrel'
}
interface IPubcompPacket extends IAckPacket {
  cmd: 'pubcomp'
}

/** SUBSCRIBE 中的一个过滤器。 One filter of SUBSCRIBE. */
interface ISubscription {
  topic: string
  qos: QoS
  nl?: boolean
  rap?: boolean
  rh?: number
}

interface ISubscribePacket extends IPacket {
  cmd: 'subscribe'
  subscriptions: ISubscription[]
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

interface ISubackPacket extends IPacket {
  cmd: 'suback'
  /** 每个过滤器的返回码。 A return code for each filter. */
  granted: number[]
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

interface IUnsubscribePacket extends IPacket {
  cmd: 'unsubscribe'
  unsubscriptions: string[]
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

interface IUnsubackPacket extends IPacket {
  cmd: 'unsuback'
  /** MQTT 5.0：每个过滤器的原因码。 A reason code for each filter. */
  granted?: number[]
  /** MQTT 5.0，非 0 时才有。 Unless it is 0. */
  reasonCode?: number
  /** MQTT 5.0。 */
  properties?: IPacketProperties
}

interface IPingPacket extends IPacket {
  cmd: 'pingreq' | 'pingresp'
}
interface IPingreqPacket extends IPingPacket {
  cmd: 'pingreq'
}
interface IPingrespPacket extends IPingPacket {
  cmd: 'pingresp'
}

/** 断开，MQTT 5.0 附原因。 With a reason in MQTT 5.0. */
interface IDisconnectPacket extends IPacket {
  cmd: 'disconnect'
  properties?: IPacketProperties
}

/** 认证，MQTT 5.0。 Authentication. */
interface IAuthPacket {
  cmd?: 'auth'
  messageId?: number
  length?: number
  /** 24 为继续，25 为重新认证，0 为完成。 24: go on; 25: again; 0: done. */
  reasonCode: number
  properties?: IProperties | undefined
}

/** 服务器的 AUTH。 AUTH of the server. */
type IReceivedAuthPacket = IAuthPacket & { properties?: IPacketProperties | undefined }

/** packetsend 与 packetreceive 事件中的报文；不含密码。 A packet; never with a password in it. */
type Packet =
  | IConnectPacket
  | IConnackPacket
  | IPublishPacket
  | IPubackPacket
  | IPubrecPacket
  | IPubrelPacket
  | IPubcompPacket
  | ISubscribePacket
  | ISubackPacket
  | IUnsubscribePacket
  | IUnsubackPacket
  | IPingreqPacket
  | IPingrespPacket
  | IDisconnectPacket
  | (IReceivedAuthPacket & { cmd: 'auth' })

/** end() 的选项，MQTT 5.0。 Of end(). */
interface IDisconnectOptions {
  cmd?: 'disconnect'
  messageId?: number
  length?: number
  /** 4 表示仍要发布遗嘱。 4: publish the will all the same. */
  reasonCode?: number
  properties?: IProperties
}

/** 错误：message 为原因，code 供程序判断，hint 为中英文处理建议。 What, a code, and what to do about it. */
interface MqttError extends Error {
  /** 服务器给出的返回码（数字），或错误名称。 The server's code, or a name. */
  code: number | string
  /** 处理建议（中文与英文），可能为空。 What to do, in Chinese and English; may be empty. */
  hint: string
  /** 为 true 时库不再自动重试，须由页面处理。 The library will not try again by itself. */
  final: boolean
  /** 仅 easemob：HTTP 状态码。 easemob only: the HTTP status. */
  statusCode?: number
  /** 仅被拒绝的订阅。 Of a refused subscription. */
  packet?: ISubackPacket
}

interface IClientPublishOptions {
  /** 默认 0。 Default 0. */
  qos?: QoS
  /** 是否保留，默认 false。 Default false. */
  retain?: boolean
  /** 默认 false。 Default false. */
  dup?: boolean
  /** MQTT 5.0；topicAlias 可自行指定。 A topicAlias of one's own will do. */
  properties?: IProperties
  /** QoS 1、2 的消息被接受、保存后调用。 Called when a QoS 1 or 2 message is taken and kept. */
  cbStorePut?: StorePutCallback
}

interface IClientSubscribeProperties {
  /** MQTT 5.0。 */
  properties?: IProperties
}

interface IClientSubscribeOptions extends IClientSubscribeProperties {
  /** 调用 subscribe 时可省略，默认 0。 subscribe does without: default 0. */
  qos: QoS
  /** MQTT 5.0：不接收自己发布的消息。 No Local. */
  nl?: boolean
  /** MQTT 5.0：保持发布时的保留标志。 Retain As Published. */
  rap?: boolean
  /** MQTT 5.0：何时发送保留消息，0、1 或 2。 Retain Handling: 0, 1 or 2. */
  rh?: number
  /**
   * 只接收匹配此过滤器的消息，取消订阅后不再调用；message 事件照常触发。
   * Called with the messages that match the filter, beside the event `message`, until it is unsubscribed.
   */
  onMessage?: OnMessageCallback
}

interface IClientUnsubscribeProperties {
  /** MQTT 5.0。 */
  properties?: IProperties
}

type IClientUnsubscribeOptions = IClientUnsubscribeProperties

/** 主题过滤器到选项。 Topic filter to options. */
type ISubscriptionMap = {
  [filter: string]: IClientSubscribeOptions
} & {
  /** true 时已订阅的也重新订阅。 true: subscribe again to what is subscribed to already. */
  resubscribe?: boolean
}

/** 一个过滤器的订阅请求。 What is asked of one filter. */
interface ISubscriptionRequest extends IClientSubscribeOptions {
  topic: string
}

/** 一个过滤器的订阅结果。 What became of one filter. */
interface ISubscriptionGrant {
  topic: string
  qos: GrantedQos
  nl?: boolean
  rap?: boolean
  rh?: number
  /** SUBSCRIBE 的属性（MQTT 5.0）。 The properties of SUBSCRIBE (MQTT 5.0). */
  properties?: IProperties
}

/** subscribe 的过滤器：一个、多个，或到各自选项的映射。 One, several, or a map to the options of each. */
type SubscribeFilters =
  | string
  | string[]
  | ISubscriptionMap
  | { [filter: string]: Partial<IClientSubscribeOptions> | QoS | boolean }

interface IClientReconnectOptions {
  incomingStore?: IStore
  outgoingStore?: IStore
}

/** 成功时第一个参数为 null 或 undefined。 The first argument is null or undefined unless it failed. */
type PacketCallback = (error?: MqttError, packet?: Packet) => any

/** QoS 0 写出后、QoS 1/2 被确认后调用一次。 Called once: when QoS 0 is written, when QoS 1 and 2 are acknowledged. */
type PublishCallback = (error?: MqttError | null, packet?: IPublishPacket) => void

/** 有过滤器被拒绝时 error 不为空，granted 中其 qos 为 128 起的原因码。 With an error, the qos of what was refused is 128 or more. */
type SubscribeCallback = (
  error: MqttError | null,
  granted?: ISubscriptionGrant[],
  packet?: ISubackPacket,
) => void
type ClientSubscribeCallback = SubscribeCallback

type UnsubscribeCallback = (error?: MqttError | null, packet?: IUnsubackPacket) => void

/** 参数另行声明的回调，如 `(error: Error | null) => …`。 A callback with arguments of other types. */
type AnyCallback = (error?: any, packet?: any) => any

type EndCallback = (error?: MqttError) => void
type CloseCallback = (error?: Error) => void

type Callback = () => void
type DoneCallback = (error?: Error) => void
type VoidCallback = () => void
type GenericCallback<T> = (error?: Error, result?: T) => void
type StorePutCallback = () => void
type StoreCallback = (error?: Error | null, packet?: Packet) => void

/** 由应用在处理完消息后调用；带错误时消息不被确认。 The application calls it when a message is handled; with an error it is not acknowledged. */
type HandledCallback = (error?: Error | null) => void

type AuthCallback = (error?: Error | null, answer?: IAuthPacket) => void

/** 回调 `callback(error)` 或 `callback(null, 原因码)`。 Calls back with an error, or with a reason code. */
type AckHandler = (
  topic: string,
  message: Payload,
  packet: IPublishPacket,
  callback: (error: Error | number | null, reasonCode?: number) => void,
) => void

type OnConnectCallback = (packet: IConnackPacket) => void
type OnMessageCallback = (topic: string, payload: Payload, packet: IPublishPacket) => void
type OnPacketCallback = (packet: Packet) => void
type OnDisconnectCallback = (packet: IDisconnectPacket) => void
type OnErrorCallback = (error: MqttError) => void
type OnCloseCallback = (cause?: MqttError) => void

/** 事件及其参数。 Events and their arguments. */
interface MqttClientEventCallbacks {
  /** 已连接。 Connected. */
  connect: OnConnectCallback
  /** 收到消息。 A message came in. */
  message: OnMessageCallback
  /** 开始一次重连。 Another attempt begins. */
  reconnect: VoidCallback
  /** 连接（或一次尝试）结束；非页面主动断开时附原因。 The connection, or an attempt, is over; the argument is why. */
  close: OnCloseCallback
  /** 断线，每次断线一回，在 close 之前。 Once an outage, before close. */
  offline: VoidCallback
  /** MQTT 5.0：服务器主动断开，附原因。 The server leaves, and says why. */
  disconnect: OnDisconnectCallback
  /** 出错；没有监听者时不会抛出。 Never thrown if nobody listens. */
  error: OnErrorCallback
  /**
   * 出了问题但连接不受影响，例如丢弃了一条主题不合法的消息；没有监听者时显示在控制台。
   * Something went wrong and the connection stays, as with a message that was dropped.
   */
  warning: OnErrorCallback
  /** end() 完成。 end() is done. */
  end: VoidCallback
  /** 发出一个报文。 A packet was sent. */
  packetsend: OnPacketCallback
  /** 收到一个报文。 A packet came in. */
  packetreceive: OnPacketCallback
  /** end() 之后，全部请求都有了结果。 After end(): every request is answered. */
  outgoingEmpty: VoidCallback
}
type MqttEvents = MqttClientEventCallbacks

/** 保存报文之处。 Where packets are kept. */
interface IStore {
  put(packet: Packet, callback?: DoneCallback): any
  get(packet: { messageId?: number }, callback: StoreCallback): any
  del(packet: { messageId?: number }, callback?: StoreCallback): any
  createStream(): any
  close(callback?: DoneCallback): void
}

interface IStoreOptions {
  /** 关闭时清空，默认 true。 Emptied when it is closed. */
  clean?: boolean
}

/** 内存中的 Store。 A store in memory. */
declare class Store implements IStore {
  constructor(options?: IStoreOptions)
  put(packet: Packet, callback?: DoneCallback): this
  /** 没有时回调 Error('missing packet')。 Error('missing packet') if there is none. */
  get(packet: { messageId?: number }, callback: StoreCallback): this
  del(packet: { messageId?: number }, callback?: StoreCallback): this
  /** 逐个给出报文：on('data')、read() 或 for await。 Its packets: on('data'), read() or for await. */
  createStream(): IPacketStream
  close(callback?: DoneCallback): void
}

/** Store 的只读流。 A stream of a store. */
interface IPacketStream {
  on(event: 'data', listener: (packet: Packet) => void): this
  on(event: 'readable' | 'end' | 'close', listener: () => void): this
  on(event: 'error', listener: (error: Error) => void): this
  read(): Packet | null
  destroy(error?: Error): this
}

/** 报文标识符的分配者。 Gives message ids. */
interface IMessageIdProvider {
  /** 没有可用的时为 null。 null if there is none. */
  allocate(): number | null
  getLastAllocated(): number | null
  /** 已被占用时为 false。 false if it is in use. */
  register(messageId: number): boolean
  deallocate(messageId: number): void
  clear(): void
}

/** 从随机数起依次分配。 One after the other, from a random one on. */
declare class DefaultMessageIdProvider implements IMessageIdProvider {
  allocate(): number
  getLastAllocated(): number
  register(messageId: number): boolean
  deallocate(messageId: number): void
  clear(): void
}

/** 分配未被占用的最小值。 The lowest that is not in use. */
declare class UniqueMessageIdProvider implements IMessageIdProvider {
  allocate(): number | null
  getLastAllocated(): number | null
  register(messageId: number): boolean
  deallocate(messageId: number): void
  clear(): void
}

/** 按 keepalive 发送心跳；客户端自己不用它，其心跳由内核负责。 The client does without: its core keeps alive. */
declare class KeepaliveManager {
  constructor(
    client: { keepalive: number; sendPing(): void; onKeepaliveTimeout(): void },
    variant?: TimerVariant | Timer,
  )
  /** 毫秒。 Milliseconds. */
  readonly keepalive: number
  readonly intervalEvery: number
  readonly keepaliveTimeoutTimestamp: number
  /** 秒。 Seconds. */
  setKeepalive(seconds: number): void
  reschedule(): void
  destroy(): void
}

/** 服务器以原因码拒绝时的错误。 An error for which the server gave a reason code. */
declare class ErrorWithReasonCode extends Error {
  constructor(message: string, code: number)
  readonly code: number
}

/** 订阅被拒绝时的错误。 A refused subscription. */
declare class ErrorWithSubackPacket extends Error {
  constructor(message: string, packet: ISubackPacket)
  readonly packet: ISubackPacket
}

/** 自备的连接：写入字节，给出 data、close、error 事件；write 返回 false 时，随后给出 drain。 A network connection of one's own. */
interface IStream {
  write(bytes: Uint8Array): any
  end?(): any
  destroy?(): any
  on(event: 'data' | 'drain' | 'close' | 'end' | 'error', listener: (...args: any[]) => void): any
}
type StreamBuilder = (client: MqttClient, options: IClientOptions) => IStream

/** client.stream：当前连接。 The present connection. */
interface IClientStream {
  /** 断开连接，随后重连。 Closes the connection; the client reconnects. */
  destroy(error?: Error): any
  /** 同 destroy。 The same as destroy. */
  end(): any
  /** 断开时触发 close。 close is emitted when it is closed. */
  on(event: string, listener: (...args: any[]) => void): any
  once(event: string, listener: (...args: any[]) => void): any
  off(event: string, listener: (...args: any[]) => void): any
  removeListener(event: string, listener: (...args: any[]) => void): any
}

type PendingCommand = 'publish' | 'pubrel' | 'subscribe' | 'unsubscribe'

/** 尚未发出的请求。 A request that has not been sent. */
interface IQueuedRequest {
  packet: Packet
  cb: (...args: any[]) => void
}

/** MQTT.js 内部处理报文的函数的类型。 What handles a packet inside of MQTT.js. */
type PacketHandler = (
  client: MqttClient,
  packet: Packet,
  done?: DoneCallback,
  pump?: PacketPump,
) => void
interface PacketPump {
  discardParsedPackets(): void
  isCurrent(): boolean
}

/** 等待服务器应答的请求。 A request that the server has not answered. */
interface IOutgoingRequest {
  /** 断线时是否以 Connection closed 告终。 Whether an outage ends it. */
  volatile: boolean
  cmd: PendingCommand
  cb: (...args: any[]) => void
}

/** 由 connect 创建的客户端。 A client, as connect makes it. */
declare class MqttClient {
  /**
   * 一般用 connect 创建；给出 streamBuilder 时经由它连接，而不用 wx.connectSocket。
   * connect makes one; with a streamBuilder it goes over that stream, and not over wx.connectSocket.
   */
  constructor(streamBuilder: StreamBuilder | null | undefined, options: IClientOptions)

  /** 接口所依照的 MQTT.js 版本。 The version of MQTT.js whose interface this is. */
  static readonly VERSION: string
  /** 随机的 clientId。 A random client id. */
  static defaultId(): string

  /** 已连接且可用。 Connected. */
  readonly connected: boolean
  /** 断线重连中。 Between an outage and the next connect. */
  readonly reconnecting: boolean
  /** 下次重连的时间（毫秒，同 Date.now()），没有在等时为 undefined。 When the next attempt is due, in ms since the epoch. */
  readonly reconnectAt: number | undefined
  /** 已调用 end()。 end() was called. */
  readonly disconnecting: boolean
  /** end() 已完成。 end() is done. */
  readonly disconnected: boolean
  /** 生效的选项；改 username、password 在下次连接时生效。 username and password hold from the next attempt on. */
  readonly options: IClientOptions
  /** 心跳间隔（秒），服务器指定的优先。 Seconds; the server's, if it has a wish. */
  readonly keepalive: number
  /** MQTT 5.0：连接期间服务器给出的属性。 What the server said of itself, while connected. */
  readonly serverProperties: IProperties | undefined
  /** 离线时是否保留 QoS 0 消息。 Keep QoS 0 messages while offline. */
  queueQoSZero: boolean
  /** 尚未发出的请求（快照）。 Requests that have not been sent; a copy. */
  readonly queue: IQueuedRequest[]
  /** 等待应答的请求（快照），以报文标识符为键。 Requests that are not answered, by message id; a copy. */
  readonly outgoing: Record<number, IOutgoingRequest>
  /** 等待 SUBACK 的过滤器（快照）。 Filters that wait for SUBACK, by message id; a copy. */
  readonly messageIdToTopic: Record<number, string[]>
  incomingStore: IStore
  outgoingStore: IStore
  readonly messageIdProvider: IMessageIdProvider
  /** 当前连接：destroy() 断开它并重连。 The connection: destroy() breaks it. */
  readonly stream: IClientStream
  readonly log: (...args: any[]) => void
  /** servers 中下一个的序号。 Which of the servers comes next. */
  _reconnectCount: number

  /** 开始连接（manualConnect 或 end() 之后）。 Connects, with manualConnect or after end(). */
  connect(): this

  /** 发布消息；未连接时排队。 Publishes; waits for a connection if need be. */
  publish(topic: string, message: Message, callback?: PacketCallback): this
  publish(
    topic: string,
    message: Message,
    options?: IClientPublishOptions | null,
    callback?: PacketCallback,
  ): this
  publish(topic: string, message: Message, callback: AnyCallback): this
  publish(
    topic: string,
    message: Message,
    options: IClientPublishOptions | null | undefined,
    callback: AnyCallback,
  ): this
  // 与第二个相同：Parameters<…> 取最后一个。 The second one again: Parameters<…> takes the last.
  publish(
    topic: string,
    message: Message,
    options?: IClientPublishOptions | null,
    callback?: PacketCallback,
  ): this
  /** 发布消息；QoS 1、2 得到已确认的消息。 Resolves with the message at QoS 1 and 2. */
  publishAsync(
    topic: string,
    message: Message,
    options?: IClientPublishOptions | null,
  ): Promise<IPublishPacket | undefined>

  /** 订阅一个或多个主题过滤器；已订阅且 qos 不更高时不再发送。 Subscribes; not again to what it is subscribed to. */
  subscribe(filters: SubscribeFilters, callback?: SubscribeCallback): this
  subscribe(
    filters: SubscribeFilters,
    options?: Partial<IClientSubscribeOptions> | null,
    callback?: SubscribeCallback,
  ): this
  /** 订阅，得到各过滤器的结果。 Resolves with what became of each filter. */
  subscribeAsync(
    filters: SubscribeFilters,
    options?: Partial<IClientSubscribeOptions> | null,
  ): Promise<ISubscriptionGrant[]>

  /** 取消订阅。 Unsubscribes. */
  unsubscribe(filters: string | string[], callback?: PacketCallback): this
  unsubscribe(
    filters: string | string[],
    options?: IClientUnsubscribeOptions | null,
    callback?: PacketCallback,
  ): this
  unsubscribe(filters: string | string[], callback: AnyCallback): this
  unsubscribe(
    filters: string | string[],
    options: IClientUnsubscribeOptions | null | undefined,
    callback: AnyCallback,
  ): this
  unsubscribe(
    filters: string | string[],
    options?: IClientUnsubscribeOptions | null,
    callback?: PacketCallback,
  ): this
  /** 取消订阅，得到 UNSUBACK。 Resolves with UNSUBACK. */
  unsubscribeAsync(
    filters: string | string[],
    options?: IClientUnsubscribeOptions | null,
  ): Promise<IUnsubackPacket | undefined>

  /**
   * 结束：等待未完成的请求后断开；force 为 true 时立即断开。回调总会执行。
   * Ends when everything is answered, or at once with force. The callback always runs.
   */
  end(callback?: EndCallback): this
  end(force?: boolean | null, callback?: EndCallback): this
  end(options?: IDisconnectOptions | null, callback?: EndCallback): this
  end(force?: boolean | null, options?: IDisconnectOptions | null, callback?: EndCallback): this
  /** 结束，完成后得到结果。 Resolves when it has ended. */
  endAsync(force?: boolean | null, options?: IDisconnectOptions | null): Promise<void>
  endAsync(options?: IDisconnectOptions | null): Promise<void>

  /** 立即重连；已连接时断开重来，end() 之后也可用，订阅会恢复。 Connects anew, now; also after end(). */
  reconnect(stores?: IClientReconnectOptions): this

  /** 撤回未完成的 QoS 1、2 消息，其回调得到 Message removed；服务器已收下（PUBREC）的不能撤回。 Takes back a QoS 1 or 2 message, unless the server has taken it. */
  removeOutgoingMessage(messageId: number | null): this
  /** 最近分配的报文标识符，没有时为 null。 The message id that was given last. */
  getLastMessageId(): number | null

  /** 改写它以决定何时确认消息；回调带错误时不确认。 Replace it to say when a message is done with; with an error it is not acknowledged. */
  handleMessage(packet: IPublishPacket, callback: HandledCallback): void
  /** MQTT 5.0 增强认证：改写它来应答服务器的 AUTH。 Replace it to answer the server's AUTH. */
  handleAuth(packet: IReceivedAuthPacket, callback: AuthCallback): void
  /** MQTT 5.0：在当前连接上重新认证。 Authenticates again on this connection. */
  reauthenticate(properties: IProperties): this

  /** 立即发送心跳。 Sends PINGREQ. */
  sendPing(): void
  /** 无作用：心跳由内核按收发时间计算。 No effect: the core counts from what was sent. */
  reschedulePing(force?: boolean): void
  /** 放弃当前连接，如同心跳超时。 Gives the connection up. */
  onKeepaliveTimeout(): void

  on<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  once<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  off<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  addListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  prependListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  prependOnceListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  removeListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  removeAllListeners(event?: keyof MqttEvents): this
  emit<E extends keyof MqttEvents>(event: E, ...args: Parameters<MqttEvents[E]>): boolean
  listeners<E extends keyof MqttEvents>(event: E): Array<MqttEvents[E]>
  rawListeners<E extends keyof MqttEvents>(event: E): Array<MqttEvents[E]>
  listenerCount<E extends keyof MqttEvents>(event: E, listener?: MqttEvents[E]): number
  eventNames(): Array<keyof MqttEvents>
  setMaxListeners(count: number): this
  getMaxListeners(): number
}

/** 也可以不带 new 调用，与 MQTT.js 4.x 相同。 May be called without `new`, as in MQTT.js 4.x. */
declare function MqttClient(
  streamBuilder: StreamBuilder | null | undefined,
  options: IClientOptions,
): MqttClient

/** 环信应用 Token 的请求参数。 For an app token. */
interface EasemobAppOptions {
  /** 如 `https://api.cn1.mqtt.chat/app/<AppID>`。 */
  restApiUrl: string
  appClientId: string
  /** 不应放在小程序中：请在自己的服务器上获取 Token。 Does not belong into a mini-program. */
  appClientSecret: string
  /** 毫秒，默认 10000。 Milliseconds. */
  timeout?: number
}

/** 密码，或密码与有效期（秒）。 A password, or one with the seconds it is good for. */
type ProvidedToken = string | { token: string; expiresIn?: number }

/** 见选项 tokenProvider。 See the option tokenProvider. */
type TokenProvider = () => ProvidedToken | Promise<ProvidedToken>

/** 环信用户 Token 的请求参数。 For a user token: with an appToken, or with the app's id and secret. */
interface EasemobUserOptions {
  restApiUrl: string
  username: string
  /** `deviceID@AppID`，不超过 64 个字符。 64 characters at most. */
  clientId: string
  /** 有效期（秒），默认由服务器决定。 Seconds; the server decides by default. */
  expiresIn?: number
  /** 已有的应用 Token；不给则用 appClientId 与 appClientSecret 获取。 An app token, if there is one. */
  appToken?: string
  appClientId?: string
  appClientSecret?: string
  /** 每次请求的毫秒数，默认 10000。 Milliseconds a request. */
  timeout?: number
}

interface EasemobToken {
  accessToken: string
  /** 有效期（秒），服务器给出时才有。 Seconds, if the server says so. */
  expiresIn?: number
}

/** 环信 MQTT 的 Token。 Tokens of Easemob's MQTT cloud. */
interface Easemob {
  /** 获取应用 Token。 The app's token. */
  fetchAppToken(options: EasemobAppOptions): Promise<EasemobToken>
  /** 获取用户 Token，作为 connect 的 password。 The user's token: the password for connect. */
  fetchUserToken(options: EasemobUserOptions): Promise<EasemobToken>
  /** 用于选项 tokenProvider：每次调用获取一个用户 Token。 For the option tokenProvider. */
  tokenProvider(options: EasemobUserOptions): TokenProvider
}

/**
 * 连接 MQTT 服务器，立即返回客户端；地址形如 `wxs://host/path`。
 * Returns a client at once, which connects.
 */
declare function connect(options: IClientOptions): MqttClient
declare function connect(url: string, options?: IClientOptions): MqttClient

/**
 * 删除 `store: 'wx'` 为该客户端保存的一切，例如退出登录时；参数与 connect 相同。
 * Erases what `store: 'wx'` has kept for this client, e.g. at a logout; arguments as for connect.
 */
declare function forget(url: string | IClientOptions, options?: IClientOptions): void

/**
 * 连接成功后得到客户端；出错时拒绝，allowRetries 为 false 时首次失败即拒绝。
 * Resolves when connected. Rejects at an error, and with allowRetries false when the attempt fails.
 */
declare function connectAsync(
  options: IClientOptions,
  unused?: undefined,
  allowRetries?: boolean,
): Promise<MqttClient>
declare function connectAsync(
  url: string,
  options?: IClientOptions,
  allowRetries?: boolean,
): Promise<MqttClient>

declare const easemob: Easemob
/** 原因码的文字。 What reason codes say. */
declare const ReasonCodes: Record<number, string>
/** 接口所依照的 MQTT.js 版本。 The version of MQTT.js whose interface this is. */
declare const MQTTJS_VERSION: string
/** 消息内容的文本；不是 UTF-8 时抛出的错误含主题名。 The text of a message; the error names the topic. */
declare function text(packet: IPublishPacket): string
/** 消息内容按 JSON 解析；不是 JSON 时抛出的错误含主题名。 The JSON of a message; the error names the topic. */
declare function json<T = any>(packet: IPublishPacket): T
/** 过滤器中通配符的位置是否正确。 Whether wildcards stand where they may. */
declare function validateTopic(topic: string): boolean
/** 第一个不正确的过滤器，没有时为 null。 The first that is no good. */
declare function validateTopics(topics: string[]): string | null
/** 稍后执行。 In a turn of its own. */
declare function nextTick(callback: (...args: any[]) => void, ...args: any[]): void
/** 类。 A class. */
type Constructor<T = object> = new (...args: any[]) => T

/** 把一个类的成员加给另一个类。 Gives the members of a class to another one. */
declare function applyMixin(
  target: { prototype: object },
  mixin: { prototype: object },
  includeConstructor?: boolean,
): void

/** 模块本身即 connect，并带有其余的一切。 The module is connect itself, with everything else as its properties. */
declare function mqtt(options: IClientOptions): MqttClient
declare function mqtt(url: string, options?: IClientOptions): MqttClient
declare namespace mqtt {
  export {
    connect,
    connectAsync,
    forget,
    MqttClient,
    Store,
    DefaultMessageIdProvider,
    UniqueMessageIdProvider,
    KeepaliveManager,
    ErrorWithReasonCode,
    ErrorWithSubackPacket,
    ReasonCodes,
    MQTTJS_VERSION,
    text,
    json,
    validateTopic,
    validateTopics,
    nextTick,
    applyMixin,
    easemob,
    MqttClient as Client,
    mqtt as default,
  }
  export {
    AckHandler,
    AnyCallback,
    AuthCallback,
    BaseMqttProtocol,
    Callback,
    ClientSubscribeCallback,
    CloseCallback,
    Constructor,
    DoneCallback,
    Easemob,
    EasemobAppOptions,
    EasemobToken,
    EasemobUserOptions,
    EndCallback,
    GenericCallback,
    GrantedQos,
    HandledCallback,
    IAckPacket,
    IAuthPacket,
    IClientOptions,
    IClientPublishOptions,
    IClientReconnectOptions,
    IClientStream,
    IClientSubscribeOptions,
    IClientSubscribeProperties,
    IClientUnsubscribeOptions,
    IClientUnsubscribeProperties,
    IConnackPacket,
    IConnectPacket,
    IDisconnectOptions,
    IDisconnectPacket,
    IMessageIdProvider,
    IOutgoingRequest,
    IPacket,
    IPacketProperties,
    IPacketStream,
    IPingPacket,
    IPingreqPacket,
    IPingrespPacket,
    IProperties,
    IPubackPacket,
    IPubcompPacket,
    IPublishPacket,
    IPubrecPacket,
    IPubrelPacket,
    IQueuedRequest,
    IReceivedAuthPacket,
    ISecureClientOptions,
    IServer,
    IStore,
    IStoreOptions,
    IStream,
    ISubackPacket,
    ISubscribePacket,
    ISubscription,
    ISubscriptionGrant,
    ISubscriptionMap,
    ISubscriptionRequest,
    IUnsubackPacket,
    IUnsubscribePacket,
    IWill,
    IWsOptions,
    Message,
    MqttClientEventCallbacks,
    MqttError,
    MqttEvents,
    MqttProtocol,
    MqttProtocolWithUnix,
    OnCloseCallback,
    OnConnectCallback,
    OnDisconnectCallback,
    OnErrorCallback,
    OnMessageCallback,
    OnPacketCallback,
    Packet,
    PacketCallback,
    PacketCmd,
    PacketHandler,
    PacketPump,
    Payload,
    PayloadReader,
    PendingCommand,
    ProvidedToken,
    PublishCallback,
    QoS,
    StoreCallback,
    StorePutCallback,
    StreamBuilder,
    SubscribeCallback,
    SubscribeFilters,
    TextBytes,
    Timer,
    TimerVariant,
    TokenProvider,
    UnsubscribeCallback,
    UserProperties,
    VoidCallback,
    WasmFallback,
  }
}
export = mqtt
