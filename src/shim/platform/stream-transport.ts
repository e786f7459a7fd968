/** A transport over streams of the application's own: `new MqttClient(streamBuilder, options)`. */
import type { IStream } from '../api'
import { coreError } from '../errors/core-errors'
import { ErrorCode } from '../errors/error-code'
import { messageOf } from '../errors/errors'
import { toBytes } from '../payload/payload'
import { SendProgress } from './send-progress'
import type { Transport, TransportListener } from './transport'
import { defer, guard } from './turns'

export class StreamTransport implements Transport {
  private current: IStream | undefined
  private ready = false
  progress: SendProgress | undefined

  /** `build` is called for every attempt, and may throw. */
  constructor(
    private readonly listener: TransportListener,
    private readonly build: () => IStream,
  ) {}

  get isOpen(): boolean {
    return this.ready
  }

  get isActive(): boolean {
    return !!this.current
  }

  open(): void {
    let stream: IStream
    try {
      stream = this.build()
    } catch (error) {
      return this.listener.transportClosed(coreError(ErrorCode.StreamBuilder, 0, messageOf(error)))
    }
    const progress = (this.progress = new SendProgress())
    this.current = stream
    // an event may come after the stream was given up, and the next one be there
    const isCurrent = () => this.current === stream
    const lose = () => isCurrent() && this.lose()
    stream.on('data', (chunk: unknown) => {
      const bytes = toBytes(chunk)
      if (isCurrent() && bytes) this.listener.transportReceived(bytes)
    })
    stream.on('drain', () => progress.confirm(progress.add(0)))
    stream.on('close', lose)
    stream.on('end', lose)
    stream.on('error', (error: unknown) => isCurrent() && this.lose(error))
    defer(() => {
      if (!isCurrent()) return
      this.ready = true // a stream buffers what is written before it is open
      this.listener.transportOpened()
    })
  }

  /** A stream gets a view, as Node's streams do. If its `write` returns false, it emits `drain` later. */
  send(bytes: ArrayBuffer): void {
    const { current: stream, progress } = this
    if (!stream || !progress) return
    const isWaiting = progress.pending > 0
    const total = progress.add(bytes.byteLength)
    try {
      const isFull = stream.write(new Uint8Array(bytes)) === false
      if (!isFull && !isWaiting) progress.confirm(total)
    } catch (error) {
      this.lose(error)
    }
  }

  close(): void {
    const { current: stream, progress } = this
    this.current = this.progress = undefined
    this.ready = false
    // `end` first writes what is buffered, e.g. DISCONNECT; `destroy` would drop it
    if (stream) guard(() => (stream.end ? stream.end() : stream.destroy!()))
    if (progress) progress.abandon()
  }

  private lose(error?: unknown): void {
    this.close()
    // what went wrong only the application's stream knows
    this.listener.transportClosed(
      error === undefined ? undefined : coreError(ErrorCode.Stream, 0, messageOf(error)),
    )
  }
}
