/** `WXWebAssembly`, which takes the path of a file in the package and no bytes. */

/** The exports of an instance. */
export type WasmExports = Record<string, unknown> & { memory: WXWebAssembly.Memory }

export function hasWasm(): boolean {
  return typeof WXWebAssembly !== 'undefined'
}

/** Compiles and links a file of the package. Engines differ in what they resolve to. */
export function instantiate(path: string, imports: object): Promise<WasmExports> {
  // within the executor, a synchronous exception becomes a rejection too
  return new Promise<unknown>(resolve => {
    resolve(WXWebAssembly.instantiate(path, imports as WXWebAssembly.Imports))
  }).then(result => {
    const { instance = result } = result as { instance?: unknown }
    const { exports } = Object(instance) as { exports?: WasmExports }
    if (!exports || !exports.memory) throw new Error('what was loaded is no module')
    return exports
  })
}
