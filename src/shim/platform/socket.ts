/**
 * A transport over `wx.connectSocket`, or `wx.createTCPSocket` (`tcp-task.ts`). Events of a socket that
 * was given up are ignored: they may come late, and must not be taken for events of its successor.
 * Nothing here knows MQTT.
 */
import type { MqttError } from '../api'
import { isMqttError, messageOf } from '../errors/errors'
import { NO_SOCKETS, closedError, socketError } from '../errors/socket-errors'
import { encodeUtf8 } from '../payload/utf8'
import { SendProgress } from './send-progress'
import { tcpTask } from './tcp-task'
import type { Task } from './tcp-task'
import type { Transport, TransportListener } from './transport'
import { after, guard } from './turns'
import { platformApi } from './wx'

/** One socket and what is known of it. */
interface Connection {
  task?: Task
  open: boolean
  /** There is nothing left to close. */
  closed: boolean
  /** The `fail` of every call; made once, since `send` is called for every packet. */
  readonly fail: (reason: unknown) => void
  readonly progress: SendProgress
}

export class Socket implements Transport {
  private current: Connection | undefined

  /** `option` is called for every attempt: the address may change, and it may throw. */
  constructor(
    private readonly listener: TransportListener,
    private readonly option: () => WechatMiniprogram.ConnectSocketOption,
  ) {}

  get isOpen(): boolean {
    return !!this.current && this.current.open
  }

  get isActive(): boolean {
    return !!this.current
  }

  open(): void {
    const connection: Connection = {
      open: false,
      closed: false,
      progress: new SendProgress(),
      fail: reason => {
        if (!connection.open) connection.closed = true // the handshake has failed
        this.lose(connection, socketError(messageOf(reason)))
      },
    }
    const { fail } = connection
    this.current = connection
    try {
      const api = platformApi()
      const option = this.option()
      const isTcp = option.url[0] === 'm' // mqtt:
      if (!api || (!isTcp && !api.connectSocket)) throw new Error(NO_SOCKETS)
      const task: Task = isTcp
        ? tcpTask(api, option)
        : api.connectSocket(Object.assign(option, { fail }))
      connection.task = task
      this.listen(connection, task)
      if (task.begin) task.begin()
    } catch (error) {
      this.lose(connection, isMqttError(error) ? error : socketError(messageOf(error)))
    }
  }

  get progress(): SendProgress | undefined {
    return this.current && this.current.progress
  }

  /** WeChat sends an ArrayBuffer as a whole, and takes no view of one. */
  send(bytes: ArrayBuffer): void {
    const { current } = this
    if (!current || !current.task || !current.open) return
    const { progress } = current
    const total = progress.add(bytes.byteLength)
    try {
      current.task.send({
        data: bytes,
        fail: current.fail,
        success: () => progress.confirm(total),
      })
    } catch (error) {
      current.fail(error)
    }
  }

  close(): void {
    const { current } = this
    this.current = undefined
    if (!current) return
    closeTask(current)
    current.progress.abandon()
  }

  /** To be called in the turn that made the task: events without a listener are lost. */
  private listen(connection: Connection, task: Task): void {
    const { listener } = this
    try {
      task.onOpen(() => {
        connection.open = true
        connection.closed = false
        if (this.current === connection) listener.transportOpened()
        else closeTask(connection) // closing it before had no effect
      })
    } catch (error) {
      closeUnheard(connection, task)
      throw error
    }
    task.onMessage(event => {
      const { data } = Object(event) as { data?: string | ArrayBuffer }
      if (this.current !== connection || data === undefined) return
      listener.transportReceived(typeof data === 'string' ? encodeUtf8(data) : new Uint8Array(data))
    })
    task.onError(connection.fail)
    task.onClose(event => {
      const wasOpen = connection.open
      connection.open = false
      connection.closed = true
      const { code, reason } = Object(event) as { code?: number; reason?: string }
      const words = wasOpen ? ' closed' : NOT_OPENED
      const text = task.begin ? `TCP${words}` : `WebSocket${words}: ${code} ${reason}`
      this.lose(connection, (wasOpen ? closedError : socketError)(text))
    })
  }

  /** WeChat reports most failures more than once; the first one counts. */
  private lose(connection: Connection, error?: MqttError): void {
    if (this.current !== connection) return
    this.close()
    this.listener.transportClosed(error)
  }
}

/**
 * Closes a task. Before it is open that has no effect in WeChat, and frees the socket at once in other
 * containers. WeChat on PC throws unless there is a code. It frees a TCP socket in any state.
 */
function closeTask({ task, closed }: Connection): void {
  if (!task || closed) return
  // that a socket could not be closed is of no use to anybody: nothing listens to it any more
  guard(() => task.close({ code: 1000, fail: () => undefined }))
}

/** A task that cannot tell when it opens is closed again and again, until its handshake has timed out. */
function closeUnheard(connection: Connection, task: Task): void {
  const close = (attempts: number): void => {
    closeTask(connection)
    if (attempts && !connection.closed) void after(CLOSE_PERIOD).then(() => close(attempts - 1))
  }
  close(CLOSE_ATTEMPTS)
  try {
    task.onClose(() => {
      connection.closed = true
    })
  } catch {
    // as bad as `onOpen`, which is reported
  }
}

/** Milliseconds between attempts to close; a handshake takes 60 s at most. */
const CLOSE_PERIOD = 1000
const CLOSE_ATTEMPTS = 60

const NOT_OPENED = ' closed before it opened'
