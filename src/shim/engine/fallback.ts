/**
 * The module as JavaScript, in the optional file mqtt.fallback.js, for where WXWebAssembly is missing or
 * refuses the module. It does the same, but takes longer.
 */
import type { WasmFallback } from '../api'
import { messageOf, mqttError } from '../errors/errors'
import type { WasmExports } from '../platform/wasm'

/** Makes an instance. `memoryGrown` is called when its memory has become another buffer. */
export function instantiateFallback(
  fallback: () => WasmFallback,
  imports: object,
  memoryGrown: () => void,
): WasmExports {
  try {
    return fallback()(Object.assign({ memoryGrown }, imports)) as WasmExports
  } catch (error) {
    const hint =
      '请附上同一版本的 mqtt.fallback.js，并按路径 require。 ' +
      'Ship mqtt.fallback.js of the same version, and require it by its path.'
    throw mqttError('WASM_FALLBACK', `Cannot load the fallback: ${messageOf(error)}`, hint)
  }
}
