/** A transport over streams of the application's own: `new MqttClient(streamBuilder, options)`. */
import type { IStream, MqttError } from '../api'
import { messageOf, mqttError } from '../errors/errors'
import { toBytes } from '../payload/payload'
import type { Transport, TransportListener } from './transport'
import { defer, guard } from './turns'

export class StreamTransport implements Transport {
  private stream: IStream | undefined
  private ready = false

  /** `build` is called for every attempt, and may throw. */
  constructor(
    private readonly listener: TransportListener,
    private readonly build: () => IStream,
  ) {}

  get isOpen(): boolean {
    return this.ready
  }

  get isActive(): boolean {
    return this.stream !== undefined
  }

  open(): void {
    let stream: IStream
    try {
      stream = this.build()
    } catch (error) {
      return this.listener.transportClosed(
        mqttError('STREAM_BUILDER', messageOf(error), BUILDER_HINT),
      )
    }
    this.stream = stream
    // an event may come after the stream was given up, and the next one be there
    const isCurrent = () => this.stream === stream
    const lose = () => isCurrent() && this.lose()
    stream.on('data', (chunk: unknown) => {
      const bytes = toBytes(chunk)
      if (isCurrent() && bytes) this.listener.transportReceived(bytes)
    })
    stream.on('close', lose)
    stream.on('end', lose)
    stream.on('error', (error: unknown) => isCurrent() && this.lose(error))
    defer(() => {
      if (!isCurrent()) return
      this.ready = true // a stream buffers what is written before it is open
      this.listener.transportOpened()
    })
  }

  /** A stream gets a view, as Node's streams do. */
  send(bytes: ArrayBuffer): void {
    const { stream } = this
    if (!stream) return
    try {
      stream.write(new Uint8Array(bytes))
    } catch (error) {
      this.lose(error)
    }
  }

  close(): void {
    const { stream } = this
    this.stream = undefined
    this.ready = false
    // `end` first writes what is buffered, e.g. DISCONNECT; `destroy` would drop it
    if (stream) guard(() => (stream.end ? stream.end() : stream.destroy!()))
  }

  private lose(error?: unknown): void {
    this.close()
    this.listener.transportClosed(error === undefined ? undefined : streamError(error))
  }
}

/** The code says where it comes from; what went wrong only the application's stream knows. */
function streamError(error: unknown): MqttError {
  return mqttError('STREAM', messageOf(error), HINT)
}

const HINT = '页面提供的流出错，会自动重连。 The stream of the page failed; it is built again.'

const BUILDER_HINT = '页面的 streamBuilder 抛出异常。 The streamBuilder of the page threw.'
