/**
 * Loads the wasm module, once for all clients. The glue knows one instance at a time: whatever path
 * a client names, it gets the instance that is there.
 */
import * as core from '#core'
import type { MqttError } from './api'
import { mqttError, wordsOf } from './errors'
import { hasWasm, instantiate } from './platform'
import type { WasmExports } from './platform'

/** Someone who must hear of it when the instance is lost. */
export interface User {
  instanceLost(error: MqttError): void
}

let loading: { path: string; done: Promise<void> } | undefined
let exports: WasmExports | undefined
const users = new Set<User>()

/** What the glue has besides its types. */
const glue = core as typeof core & { __wbg_set_wasm(exports: WasmExports): void }

/** Resolves when `Core` can be used. After a failure the next call tries again. */
export function load(path: string): Promise<void> {
  if (!loading) {
    loading = { path, done: instance(path) }
    loading.done.catch(() => {
      loading = undefined
    })
  } else if (loading.path !== path) {
    return loading.done.catch(() => load(path)) // another client's path was wrong, this one may be right
  }
  return loading.done
}

export function enter(user: User): void {
  users.add(user)
}

export function leave(user: User): void {
  users.delete(user)
}

/** The instance threw what it should not: nobody may use it any longer. */
export function discard(thrown: unknown): void {
  const error = panicError(thrown)
  const lost = Array.from(users)
  users.clear()
  loading = undefined
  try {
    // detaches the old buffer, so that the glue does not keep its views for the next instance
    if (exports) exports.memory.grow(1)
  } finally {
    for (const user of lost) user.instanceLost(error)
  }
}

function instance(path: string): Promise<void> {
  if (!hasWasm()) return Promise.reject(noWasmError())
  return instantiate(path, { './mqtt_bg.js': glue }).then(
    ready => {
      exports = ready
      glue.__wbg_set_wasm(ready)
      const { __wbindgen_start: start } = ready
      if (typeof start === 'function') start()
    },
    error => {
      throw loadError(path, wordsOf(error))
    },
  )
}

/** The module could not be loaded. */
function loadError(path: string, words: string): MqttError {
  const hint =
    `请确认 ${path} 已放入小程序代码包，或用 wasmPath 选项指定路径；.wasm.br 需要基础库 2.14.0 以上。 ` +
    'Put the file into the package, or name its path by the option wasmPath; .wasm.br needs base library 2.14.0.'
  return mqttError('WASM_LOAD', `Cannot load ${path}: ${words}`, hint)
}

/** The engine has no WebAssembly. */
function noWasmError(): MqttError {
  const hint =
    '需要基础库 2.14.0 以上；真机调试 1.0 不支持，请用预览或真机调试 2.0。 ' +
    'Needs base library 2.14.0; use preview or real-device debugging 2.0, as 1.0 has none.'
  return mqttError('WASM_MISSING', 'WXWebAssembly is not available', hint)
}

/** The core threw: a bug of this library. */
function panicError(error: unknown): MqttError {
  const hint =
    '库内部错误，请反馈；可重新 connect。 A bug of this library: please report it. A new connect() works.'
  return mqttError('PANIC', `Internal error: ${wordsOf(error)}`, hint)
}
