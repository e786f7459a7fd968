/**
 * mqtt-miniprogram：微信小程序的 MQTT 客户端，接口与 MQTT.js 一致。
 * The MQTT client for WeChat mini-programs, with the API of MQTT.js.
 *
 * 本文件原样作为 pkg/index.d.ts 发布，因此不引用任何其他文件。
 * Published as it is as pkg/index.d.ts: it refers to no other file.
 */

/** 服务质量：0 至多一次，1 至少一次，2 恰好一次。 Quality of service. */
export type QoS = 0 | 1 | 2

/** SUBACK 中的返回码：授予的 QoS；128 起为拒绝的原因。 The granted QoS; from 128 on why it was refused. */
export type GrantedQos = number

/** MQTT 5.0 的属性，名称同 MQTT.js；各报文可用的属性见标准 2.2.2.2。 Properties of MQTT 5.0. */
export interface IProperties {
  payloadFormatIndicator?: boolean
  /** 秒。 Seconds. */
  messageExpiryInterval?: number
  contentType?: string
  responseTopic?: string
  correlationData?: Uint8Array
  subscriptionIdentifier?: number | number[]
  /** 秒。 Seconds. */
  sessionExpiryInterval?: number
  assignedClientIdentifier?: string
  /** 秒。 Seconds. */
  serverKeepAlive?: number
  authenticationMethod?: string
  authenticationData?: Uint8Array
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
  retainAvailable?: boolean | number
  /** 字节。 Bytes. */
  maximumPacketSize?: number
  wildcardSubscriptionAvailable?: boolean | number
  subscriptionIdentifiersAvailable?: boolean | number
  sharedSubscriptionAvailable?: boolean | number
  userProperties?: Record<string, string | string[]>
}

/** 可发送的消息：文本（按 UTF-8 编码）或字节。 What can be published: text (as UTF-8) or bytes. */
export type Message = string | ArrayBuffer | ArrayBufferView

/** 遗嘱消息：连接异常断开时由服务器发布。 What the server publishes if the connection breaks. */
export interface IWill {
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
export interface IWsOptions {
  /** HTTP 头（不能设置 Referer）。 HTTP header. */
  header?: Record<string, string>
  /** 同 header，MQTT.js 的写法。 The same, by the name that MQTT.js has. */
  headers?: Record<string, string>
  /** 子协议，默认 `['mqtt']`。 Sub-protocols. */
  protocols?: string[]
  tcpNoDelay?: boolean
  perMessageDeflate?: boolean
  /** 毫秒。 Milliseconds. */
  timeout?: number
  forceCellularNetwork?: boolean
}

/** mqtt.fallback.js 导出的函数。 What mqtt.fallback.js exports. */
export type WasmFallback = (imports: object) => object

/** connect 的选项，名称与默认值同 MQTT.js。 Options of connect: MQTT.js's names and defaults. */
export interface IClientOptions {
  /** 协议：真机只能用 wxs 或 wss。 On phones wxs or wss only. */
  protocol?: 'wxs' | 'wss' | 'wx' | 'ws'
  /** 服务器域名。 The server's name. */
  hostname?: string
  /** 同 hostname。 The same as hostname. */
  host?: string
  /** 端口，默认 wss 443、ws 80。 Default 443 for wss, 80 for ws. */
  port?: number | string
  /** 路径，默认 `/`，不少服务器为 `/mqtt`。 Default `/`; many servers want `/mqtt`. */
  path?: string
  /** `用户名:密码`，优先于 username 与 password。 `user:password`, before username and password. */
  auth?: string
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
  /** 遗嘱。 The will. */
  will?: IWill
  /** MQTT 5.0：CONNECT 的属性。 Of CONNECT. */
  properties?: IProperties
  /** MQTT 5.0：服务器不支持时改用 3.1.1，默认 false。 Go on with 3.1.1 if the server does not speak it. */
  fallback?: boolean
  /** MQTT 5.0：自动使用主题别名，默认 false。 Use topic aliases by itself. */
  autoAssignTopicAlias?: boolean
  /** 同 autoAssignTopicAlias。 The same. */
  autoUseTopicAlias?: boolean
  /** 重连后自动重新订阅，默认 true。 Subscribe again after a reconnect. */
  resubscribe?: boolean
  /** 离线时保留 QoS 0 消息，默认 true。 Keep QoS 0 messages while offline. */
  queueQoSZero?: boolean
  /** 连接被服务器拒绝后仍重连，默认 false。 Reconnect even after a refused CONNECT. */
  reconnectOnConnackError?: boolean
  /** 同时等待确认的 QoS 1、2 消息数上限，默认 100。 QoS 1 and 2 messages on their way at once. */
  maxInFlight?: number
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
}

/** 收到的消息内容：字节，作为文本使用时按 UTF-8 解码。 Bytes that print as UTF-8 text. */
export interface Payload extends Uint8Array {
  /** 文本；也可指定 `'hex'`、`'base64'`。 Text, or `'hex'`, `'base64'`. */
  toString(encoding?: string, start?: number, end?: number): string
  toJSON(): { type: 'Buffer'; data: number[] }
}

/** 收到或发布的消息。 A message, received or published. */
export interface IPublishPacket {
  cmd: 'publish'
  topic: string
  payload: Payload | Message
  qos: QoS
  retain: boolean
  dup: boolean
  /** 仅 QoS 1、2。 QoS 1 and 2 only. */
  messageId?: number
  /** MQTT 5.0：已发布的消息的原因码，非 0 时才有。 Of a published message, unless it is 0. */
  reasonCode?: number
  /** MQTT 5.0。 */
  properties?: IProperties
}

/** 服务器对连接的应答。 The server's answer to CONNECT. */
export interface IConnackPacket {
  cmd: 'connack'
  /** 服务器上有此客户端的会话。 The server had a session. */
  sessionPresent: boolean
  returnCode: number
  reasonCode: number
  /** MQTT 5.0。 */
  properties?: IProperties
}

export interface ISubackPacket {
  cmd: 'suback'
  messageId: number
  granted: number[]
  /** MQTT 5.0。 */
  properties?: IProperties
}

export interface IUnsubackPacket {
  cmd: 'unsuback'
  messageId: number
  /** MQTT 5.0，非 0 时才有。 Unless it is 0. */
  reasonCode?: number
  /** MQTT 5.0。 */
  properties?: IProperties
}

/** end() 的选项，MQTT 5.0。 Of end(). */
export interface IDisconnectOptions {
  /** 4 表示仍要发布遗嘱。 4: publish the will all the same. */
  reasonCode?: number
  properties?: IProperties
}

/** handleAuth 的应答，MQTT 5.0。 What handleAuth answers. */
export interface IAuthPacket {
  cmd?: 'auth'
  /** 24 为继续，25 为重新认证。 24: go on; 25: again. */
  reasonCode: number
  properties?: IProperties
}

export type AuthCallback = (error: MqttError | null, answer?: IAuthPacket) => void

/** packetsend 与 packetreceive 事件中的报文；不含密码。 A packet; never with a password in it. */
export interface Packet {
  cmd: string
  [field: string]: unknown
}

/** 错误：message 为原因，code 供程序判断，hint 为中英文处理建议。 What, a code, and what to do about it. */
export interface MqttError extends Error {
  /** 服务器给出的返回码（数字），或错误名称。 The server's code, or a name. */
  code: number | string
  /** 处理建议（中文与英文），可能为空。 What to do, in Chinese and English; may be empty. */
  hint: string
  /** 仅 easemob：HTTP 状态码。 easemob only: the HTTP status. */
  statusCode?: number
  /** 仅被拒绝的订阅。 Of a refused subscription. */
  packet?: ISubackPacket
}

export interface IClientPublishOptions {
  /** 默认 0。 Default 0. */
  qos?: QoS
  /** 是否保留，默认 false。 Default false. */
  retain?: boolean
  /** 默认 false。 Default false. */
  dup?: boolean
  /** MQTT 5.0。 */
  properties?: IProperties
}

export interface IClientSubscribeOptions {
  /** 默认 0。 Default 0. */
  qos?: QoS
  /** MQTT 5.0：不接收自己发布的消息。 No Local. */
  nl?: boolean
  /** MQTT 5.0：保持发布时的保留标志。 Retain As Published. */
  rap?: boolean
  /** MQTT 5.0：何时发送保留消息。 Retain Handling. */
  rh?: 0 | 1 | 2
  /** MQTT 5.0。 */
  properties?: IProperties
}

export interface IClientUnsubscribeOptions {
  /** MQTT 5.0。 */
  properties?: IProperties
}

/** 主题过滤器到选项。 Topic filter to options. */
export interface ISubscriptionMap {
  [filter: string]: IClientSubscribeOptions | boolean
}

/** 一个过滤器的订阅结果。 What became of one filter. */
export interface ISubscriptionGrant {
  topic: string
  qos: GrantedQos
  nl?: boolean
  rap?: boolean
  rh?: 0 | 1 | 2
}

/** QoS 0 写出后、QoS 1/2 被确认后调用一次。 Once: QoS 0 when written, QoS 1 and 2 when acknowledged. */
export type PublishCallback = (error: MqttError | null, packet?: IPublishPacket) => void

/** 有过滤器被拒绝时 error 不为空，granted 中其 qos 为 128。 With an error, the qos of what was refused is 128. */
export type SubscribeCallback = (
  error: MqttError | null,
  granted?: ISubscriptionGrant[],
  packet?: ISubackPacket,
) => void

export type UnsubscribeCallback = (error: MqttError | null, packet?: IUnsubackPacket) => void

export type EndCallback = (error?: MqttError) => void

/** 事件及其参数。 Events and their arguments. */
export interface MqttEvents {
  /** 已连接。 Connected. */
  connect: (connack: IConnackPacket) => void
  /** 收到消息。 A message came in. */
  message: (topic: string, payload: Payload, packet: IPublishPacket) => void
  /** 开始一次重连。 Another attempt begins. */
  reconnect: () => void
  /** 连接（或一次尝试）结束。 The connection, or an attempt, is over. */
  close: () => void
  /** 断线，每次断线一回，在 close 之前。 Once an outage, before close. */
  offline: () => void
  /** MQTT 5.0：服务器主动断开，附原因。 The server leaves, and says why. */
  disconnect: (packet: Packet) => void
  /** 出错；没有监听者时不会抛出。 Never thrown if nobody listens. */
  error: (error: MqttError) => void
  /** end() 完成。 end() is done. */
  end: () => void
  /** 发出一个报文。 A packet was sent. */
  packetsend: (packet: Packet) => void
  /** 收到一个报文。 A packet came in. */
  packetreceive: (packet: Packet) => void
}

/** 由 connect 创建的客户端。 A client, made by connect. */
export declare class MqttClient {
  private constructor()

  /** 已连接且可用。 Connected. */
  readonly connected: boolean
  /** 断线重连中。 Between an outage and the next connect. */
  readonly reconnecting: boolean
  /** 已调用 end()。 end() was called. */
  readonly disconnecting: boolean
  /** end() 已完成。 end() is done. */
  readonly disconnected: boolean
  /** 生效的选项；改 username、password 在下次连接时生效。 username and password hold from the next attempt on. */
  readonly options: IClientOptions

  /** 发布消息；未连接时排队。 Publishes; waits for a connection if need be. */
  publish(topic: string, message: Message, callback?: PublishCallback): this
  publish(
    topic: string,
    message: Message,
    options?: IClientPublishOptions,
    callback?: PublishCallback,
  ): this

  /** 订阅一个或多个主题过滤器。 Subscribes to one or more topic filters. */
  subscribe(filters: string | string[] | ISubscriptionMap, callback?: SubscribeCallback): this
  subscribe(
    filters: string | string[] | ISubscriptionMap,
    options?: IClientSubscribeOptions,
    callback?: SubscribeCallback,
  ): this

  /** 取消订阅。 Unsubscribes. */
  unsubscribe(filters: string | string[], callback?: UnsubscribeCallback): this
  unsubscribe(
    filters: string | string[],
    options?: IClientUnsubscribeOptions,
    callback?: UnsubscribeCallback,
  ): this

  /**
   * 结束：等待未完成的请求后断开；force 为 true 时立即断开。回调总会执行。
   * Ends when everything is answered, or at once with force. The callback always runs.
   */
  end(callback?: EndCallback): this
  end(force?: boolean, callback?: EndCallback): this
  end(force?: boolean, options?: IDisconnectOptions, callback?: EndCallback): this

  /** MQTT 5.0 增强认证：改写它来应答服务器的 AUTH。 Replace it to answer the server's AUTH. */
  handleAuth(packet: Packet, callback: AuthCallback): void

  /** 立即重连；end() 之后也可用。 Connects again, now; also after end(). */
  reconnect(): this

  on<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  once<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  off<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  addListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  prependListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  removeListener<E extends keyof MqttEvents>(event: E, listener: MqttEvents[E]): this
  removeAllListeners(event?: keyof MqttEvents): this
  emit<E extends keyof MqttEvents>(event: E, ...args: Parameters<MqttEvents[E]>): boolean
  listeners(event: keyof MqttEvents): Array<(...args: never[]) => void>
  listenerCount(event: keyof MqttEvents): number
  eventNames(): Array<string | symbol>
  setMaxListeners(count: number): this
}

/** 环信应用 Token 的请求参数。 For an app token. */
export interface EasemobAppOptions {
  /** 如 `https://api.cn1.mqtt.chat/app/<AppID>`。 */
  restApiUrl: string
  appClientId: string
  /** 不应放在小程序中：请在自己的服务器上获取 Token。 Does not belong into a mini-program. */
  appClientSecret: string
  /** 毫秒，默认 10000。 Milliseconds. */
  timeout?: number
}

/** 环信用户 Token 的请求参数。 For a user token: with an appToken, or with the app's id and secret. */
export interface EasemobUserOptions {
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

export interface EasemobToken {
  accessToken: string
  /** 有效期（秒），服务器给出时才有。 Seconds, if the server says so. */
  expiresIn?: number
}

/** 环信 MQTT 的 Token。 Tokens of Easemob's MQTT cloud. */
export interface Easemob {
  /** 获取应用 Token。 The app's token. */
  fetchAppToken(options: EasemobAppOptions): Promise<EasemobToken>
  /** 获取用户 Token，作为 connect 的 password。 The user's token: the password for connect. */
  fetchUserToken(options: EasemobUserOptions): Promise<EasemobToken>
}

/**
 * 连接 MQTT 服务器，立即返回客户端；地址形如 `wxs://host/path`。
 * Returns a client at once, which connects.
 */
export declare function connect(url: string, options?: IClientOptions): MqttClient
export declare function connect(options: IClientOptions): MqttClient

export declare const Client: typeof MqttClient
export declare const easemob: Easemob

/** 模块本身即 connect。 The module is connect itself. */
declare const mqtt: typeof connect & {
  connect: typeof connect
  MqttClient: typeof MqttClient
  Client: typeof MqttClient
  easemob: Easemob
  default: typeof mqtt
}
export default mqtt
