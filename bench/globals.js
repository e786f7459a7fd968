/**
 * Globals of browsers that no mini-program has, as small as they can be: what a page would have to bring
 * for a library that wants them. The phone has none of them for the others.
 */
export function addGlobals(names) {
  for (const name of names) globalThis[name] = GLOBALS[name]
}

/** Never aborted: nothing that is measured is. */
class AbortSignal {
  aborted = false
  addEventListener() {}
  removeEventListener() {}
}

class AbortController {
  signal = new AbortSignal()
  abort() {}
}

/** As much of a browser's socket as Paho uses, over that of `wx` */
class WebSocket {
  constructor(url, protocols) {
    this.task = globalThis.wx.connectSocket({ url, protocols })
    this.task.onOpen(() => this.onopen())
    this.task.onMessage(({ data }) => this.onmessage({ data }))
    this.task.onError(({ errMsg }) => this.onerror({ data: errMsg }))
    this.task.onClose(() => this.onclose())
  }

  /** A view is sent without what its buffer has beyond it. */
  send(data) {
    const isView = ArrayBuffer.isView(data)
    this.task.send({
      data: isView ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data,
    })
  }

  close() {
    this.task.close({})
  }
}

const GLOBALS = {
  AbortController,
  AbortSignal,
  WebSocket,
  navigator: {},
  self: globalThis,
}
