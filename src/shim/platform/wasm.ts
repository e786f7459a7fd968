/** `WXWebAssembly`, which takes the path of a file in the package and no bytes. */
import { promiseOf } from './turns'

/** The exports of an instance. */
export type WasmExports = Record<string, unknown> & { memory: WXWebAssembly.Memory }

export function hasWasm(): boolean {
  return typeof WXWebAssembly !== 'undefined'
}

/** Compiles and links a file of the package. Engines differ in what they resolve to. */
export function instantiate(path: string, imports: object): Promise<WasmExports> {
  return promiseOf<unknown>(() =>
    WXWebAssembly.instantiate(path, imports as WXWebAssembly.Imports),
  ).then(result => {
    const { instance = result } = result as { instance?: unknown }
    const { exports } = Object(instance) as { exports?: WasmExports }
    if (!exports || !exports.memory) throw new Error('what was loaded is no module')
    return exports
  })
}
