/**
 * The module as JavaScript, in the optional file mqtt.fallback.js, for where WXWebAssembly is
 * missing or refuses the module. It is slower; what it does is the same.
 */
import type { WasmFallback } from './api'
import { mqttError, wordsOf } from './errors'
import type { WasmExports } from './platform'

/** Makes an instance. `memoryGrown` hears of it when the memory has become another buffer. */
export function instantiateFallback(
  fallback: () => WasmFallback,
  imports: object,
  memoryGrown: () => void,
): WasmExports {
  try {
    return fallback()(Object.assign({ memoryGrown }, imports)) as WasmExports
  } catch (error) {
    const hint =
      '请把与 mqtt.min.js 同一版本的 mqtt.fallback.js 放在一起，并写 ' +
      "wasmFallback: () => require('./mqtt.fallback.js')。 " +
      'Ship mqtt.fallback.js of the same version as mqtt.min.js, and require it by its path.'
    throw mqttError('WASM_FALLBACK', `Cannot load the fallback: ${wordsOf(error)}`, hint)
  }
}
