/** What this library needs of `wx` besides sockets (those are in `socket.ts`). */

/** What a module has when it is ready. */
export type WasmExports = Record<string, unknown> & { memory: WXWebAssembly.Memory }

export function hasWasm(): boolean {
  return typeof WXWebAssembly !== 'undefined'
}

/** Compiles and links a file of the package. Engines differ in what they resolve to. */
export function instantiate(path: string, imports: object): Promise<WasmExports> {
  // a promise's executor, so that what is thrown at once is a rejection too
  return new Promise<unknown>(resolve => {
    resolve(WXWebAssembly.instantiate(path, imports as WXWebAssembly.Imports))
  }).then(result => {
    const { instance = result } = result as { instance?: unknown }
    return (instance as { exports: WasmExports }).exports
  })
}

/** What a server answered, whatever it answered. */
export interface Reply {
  statusCode: number
  body: unknown
}

/** Sends JSON, and gets JSON. Rejects with what `wx` says if there is no answer. */
export function postJson(
  url: string,
  body: object,
  header: Record<string, string>,
  timeout: number,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      method: 'POST',
      header: Object.assign({ 'content-type': 'application/json' }, header),
      data: body,
      timeout,
      success: ({ statusCode, data }) => resolve({ statusCode, body: data }),
      fail: reject,
    })
  })
}

/** For what would otherwise go unnoticed; some engines have no console. */
export function warn(text: string): void {
  if (typeof console !== 'undefined') console.warn(text)
}
