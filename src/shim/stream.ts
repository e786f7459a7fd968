/**
 * `client.stream`, for code that was written for MQTT.js and breaks a connection through it; and the
 * other way round, a stream that the application brings along as the network connection.
 */
import type { IStream } from './api'
import { Emitter } from './emitter'
import { mqttError, wordsOf } from './errors'
import { toBytes } from './payload'
import type { SocketOwner } from './socket'
import type { Transport } from './transport'
import { guard, later } from './turns'

/** Tells `close`, and can be destroyed. */
export class Stream extends Emitter {
  constructor(private readonly drop: () => void) {
    super()
  }

  /** Drops the network connection; the client comes back as after an outage. */
  destroy(): this {
    this.drop()
    return this
  }

  end(): this {
    return this.destroy()
  }
}

/** A network connection over streams, such as `new MqttClient(streamBuilder, options)` makes. */
export class StreamTransport implements Transport {
  private stream: IStream | undefined
  private ready = false

  constructor(
    private readonly owner: SocketOwner,
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
      return this.owner.socketLost(streamError(error))
    }
    this.stream = stream
    const current = () => this.stream === stream
    const lost = () => current() && this.lose()
    stream.on('data', (chunk: unknown) => {
      const bytes = toBytes(chunk)
      if (current() && bytes) this.owner.socketReceived(bytes)
    })
    stream.on('close', lost)
    stream.on('end', lost)
    stream.on('error', (error: unknown) => current() && this.lose(error))
    later(() => {
      if (!current()) return
      this.ready = true // a stream keeps what is written before it is open
      this.owner.socketOpened()
    })
  }

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
    // what it was told last may still be on its way: only a stream without an end is torn
    if (stream) guard(() => (stream.end ? stream.end() : stream.destroy!()))
  }

  private lose(error?: unknown): void {
    this.close()
    this.owner.socketLost(error === undefined ? undefined : streamError(error))
  }
}

function streamError(error: unknown) {
  return mqttError('STREAM', wordsOf(error))
}
