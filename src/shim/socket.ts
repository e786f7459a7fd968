/**
 * One WebSocket at a time over wx.connectSocket. A socket that was let go is deaf: its late events
 * cannot be mistaken for those of its successor. Nothing here knows MQTT.
 */
import { isMqttError, wordsOf } from './errors'
import { NO_SOCKETS, socketError } from './socket-errors'
import type { MqttError } from './api'
import type { Transport } from './transport'
import { guard } from './turns'
import { encodeUtf8 } from './utf8'

export interface SocketOwner {
  socketOpened(): void
  socketReceived(bytes: Uint8Array): void
  /** Told exactly once for each socket that was not closed from this side. */
  socketLost(error?: MqttError): void
}

interface Link {
  task?: WechatMiniprogram.SocketTask
  open: boolean
}

export class Socket implements Transport {
  private link: Link | undefined

  /** `option` is asked at every attempt. */
  constructor(
    private readonly owner: SocketOwner,
    private readonly option: () => WechatMiniprogram.ConnectSocketOption,
  ) {}

  get isOpen(): boolean {
    return this.link !== undefined && this.link.open
  }

  /** Whether there is a socket, open or about to be. */
  get isActive(): boolean {
    return this.link !== undefined
  }

  open(): void {
    const link: Link = { open: false }
    this.link = link
    try {
      if (typeof wx === 'undefined' || !wx.connectSocket) throw new Error(NO_SOCKETS)
      const fail = (reason: unknown) => this.lose(link, socketError(wordsOf(reason)))
      link.task = wx.connectSocket(Object.assign({}, this.option(), { fail }))
      this.listen(link, link.task)
    } catch (error) {
      this.lose(link, isMqttError(error) ? error : socketError(wordsOf(error)))
    }
  }

  /** `bytes` is the whole message: WeChat sends all of an ArrayBuffer, and only an ArrayBuffer. */
  send(bytes: ArrayBuffer): void {
    const { link } = this
    if (!link || !link.task || !link.open || bytes.byteLength === 0) return
    try {
      link.task.send({ data: bytes, fail: reason => this.lose(link, socketError(wordsOf(reason))) })
    } catch (error) {
      this.lose(link, socketError(wordsOf(error)))
    }
  }

  close(): void {
    const { link } = this
    this.link = undefined
    if (link) shut(link)
  }

  /** To be called in the turn that made the task: events that nobody listens to are lost. */
  private listen(link: Link, task: WechatMiniprogram.SocketTask): void {
    const { owner } = this
    const current = () => this.link === link
    task.onOpen(() => {
      link.open = true
      if (current()) owner.socketOpened()
      else shut(link) // it was let go before it opened, when closing has no effect
    })
    task.onMessage(({ data }) => {
      if (current())
        owner.socketReceived(typeof data === 'string' ? encodeUtf8(data) : new Uint8Array(data))
    })
    task.onError(error => this.lose(link, socketError(wordsOf(error))))
    task.onClose(({ code, reason }) => {
      const words = `WebSocket closed before it opened: ${code} ${reason}`
      if (!link.open) return this.lose(link, socketError(words))
      link.open = false
      this.lose(link)
    })
  }

  private lose(link: Link, error?: MqttError): void {
    if (this.link !== link) return
    this.close()
    this.owner.socketLost(error)
  }
}

/** Closes a task that is open; PC WeChat throws without a code. */
function shut({ task, open }: Link): void {
  if (!task || !open) return
  // it is of no use to know that a socket could not be closed: it is gone, or deaf
  guard(() => task.close({ code: 1000, fail: () => undefined }))
}
