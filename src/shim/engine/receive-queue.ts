/**
 * Received bytes on their way into the core. A socket message may hold a million packets: it is passed on
 * in slices, each with what comes of it delivered before the next, and the page has a turn in between. So
 * neither wasm memory nor the queue of steps grows with the size of a message, and no call takes long.
 */
import type { MqttError } from '../api'
import type { TransportListener } from '../platform/transport'
import { defer } from '../platform/turns'

/** Who gets the slices. */
export interface Receiver extends TransportListener {
  /** Returns whether anything came of them, which is not so in the middle of a large packet. */
  transportReceived(bytes: Uint8Array): boolean
}

export class ReceiveQueue implements TransportListener {
  /** What is not passed on, oldest first */
  private queued: Uint8Array[] = []
  private sliceSize = SMALLEST_SLICE
  private passing = false
  /** Reports that the transport was closed, after what was received before. */
  private closed: (() => void) | undefined

  constructor(private readonly receiver: Receiver) {}

  transportOpened(): void {
    this.receiver.transportOpened()
  }

  transportReceived(bytes: Uint8Array): void {
    // most messages are small, and go straight on
    if (bytes.length <= SMALLEST_SLICE && !this.queued.length && !this.passing) {
      this.receiver.transportReceived(bytes)
      return
    }
    this.queued.push(bytes)
    if (!this.passing) this.pass()
  }

  transportClosed(error?: MqttError): void {
    this.closed = () => this.receiver.transportClosed(error)
    if (!this.passing) this.pass()
  }

  /** Drops everything: it belongs to a connection that was given up. */
  clear(): void {
    this.queued = []
    this.closed = undefined
    this.sliceSize = SMALLEST_SLICE
  }

  private pass(): void {
    this.passing = true
    const end = Date.now() + LONGEST_TURN
    while (this.queued.length) {
      this.passSlice()
      if (this.queued.length && Date.now() >= end) return defer(() => this.pass())
    }
    this.passing = false
    const { closed } = this
    this.closed = undefined
    if (closed) closed()
  }

  private passSlice(): void {
    const { queued, sliceSize } = this
    const bytes = queued[0]!
    if (bytes.length > sliceSize) queued[0] = bytes.subarray(sliceSize)
    else queued.shift()
    const outcome = this.receiver.transportReceived(bytes.subarray(0, sliceSize))
    // a large packet costs less in large slices
    this.sliceSize = outcome ? SMALLEST_SLICE : Math.min(sliceSize * 2, LARGEST_SLICE)
  }
}

/** Bytes of a slice: of some thousand packets, or one of 16 KiB */
const SMALLEST_SLICE = 20 << 10

/** Bytes of a slice of one large packet */
const LARGEST_SLICE = 1 << 20

/** Milliseconds after which the page has a turn */
const LONGEST_TURN = 16
