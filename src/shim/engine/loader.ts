/**
 * The instance of the module, of which there is one for all clients: loads it when the first client needs
 * it, and replaces it after a panic. The glue knows one instance at a time, so a client gets the one that
 * is there, whatever path it names.
 */
import * as core from '#core'
import type { MqttError, WasmFallback } from '../api'
import { useTexts } from '../errors/core-errors'
import { messageOf, mqttError } from '../errors/errors'
import { warn } from '../platform/console'
import { hasWasm, instantiate } from '../platform/wasm'
import type { WasmExports } from '../platform/wasm'
import { within } from '../platform/turns'
import { Payload } from '../payload/payload'
import { addNumberMethods } from '../payload/payload-numbers'
import { instantiateFallback } from './fallback'
import { memorySize, useMemory } from './memory'
import { isFunction } from '../payload/value-types'

/** Who has a core in the instance. */
export interface InstanceUser {
  instanceLost(error: MqttError): void
}

/** Where the module is, and what takes its place where it cannot be used. */
export interface ModuleSource {
  wasmPath: string
  /** Milliseconds that loading may take: in some engines `instantiate` is never answered */
  connectTimeout: number
  wasmFallback?: () => WasmFallback
}

interface Loading {
  readonly path: string
  readonly fallback: ModuleSource['wasmFallback']
  readonly done: Promise<void>
}

let loading: Loading | undefined
const users = new Set<InstanceUser>()
/** `Date.now()` of the last panic */
let lastPanic = -Infinity

/** Resolves when `Core` can be used. After a failure the next call tries again. */
export function load(source: ModuleSource): Promise<void> {
  const { wasmPath, wasmFallback } = source
  if (!loading) {
    loading = { path: wasmPath, fallback: wasmFallback, done: makeInstance(source) }
    loading.done.catch(() => {
      loading = undefined
    })
  } else if (loading.path !== wasmPath || loading.fallback !== wasmFallback) {
    return loading.done.catch(() => load(source)) // another client's module failed, this one may not
  }
  return loading.done
}

export function addUser(user: InstanceUser): void {
  users.add(user)
}

export function removeUser(user: InstanceUser): void {
  if (users.delete(user) && !users.size && isWorn()) drop()
}

/**
 * The instance has panicked: nobody may use it any longer, and all its users are told. They go on with
 * another one; but if that panics soon, whatever made it panic came again, and will come again.
 */
export function discard(thrown: unknown): void {
  const error = panicError(thrown)
  const now = Date.now()
  error.final = Math.abs(now - lastPanic) < PANIC_PERIOD
  lastPanic = now
  const lost = Array.from(users)
  users.clear()
  drop()
  for (const user of lost) user.instanceLost(error)
}

/**
 * Whether the instance should be replaced by its only user, when that can do without it: the memory of
 * WebAssembly grows with the largest burst, and never shrinks.
 */
export function isWorn(): boolean {
  return users.size < 2 && memorySize() > WORN_SIZE
}

/** The next user loads another instance. */
function drop(): void {
  loading = undefined
  useTexts()
  useMemory()
  core.__wbg_set_wasm()
  core.forgetViews() // the next instance has a memory of its own
}

function makeInstance({ wasmPath, wasmFallback, connectTimeout }: ModuleSource): Promise<void> {
  const compiling = compiled(wasmPath, connectTimeout)
  addNumberMethods(Payload.prototype) // while the phone reads the module
  return compiling
    .catch((error: MqttError) => {
      if (!wasmFallback) throw error
      if (hasWasm()) warn(`mqtt: ${error.message}\n${error.hint}`) // otherwise nobody would notice, and repair it
      return instantiateFallback(wasmFallback, IMPORTS, () => core.forgetViews())
    })
    .then(exports => {
      core.__wbg_set_wasm(exports)
      useMemory(exports)
      useTexts(errorText)
      const { __wbindgen_start: start } = exports
      if (isFunction(start)) start()
    })
}

/** Like every call into the instance, it may find that it has panicked. */
function errorText(code: number, reason: number): string {
  try {
    return core.errorText(code, reason)
  } catch (error) {
    discard(error)
    return ''
  }
}

function compiled(path: string, time: number): Promise<WasmExports> {
  if (!hasWasm()) return Promise.reject(noWasmError())
  const late = (): Error => new Error(`no answer within ${time} ms`)
  return within(time, instantiate(path, IMPORTS), late).catch(error => {
    throw loadError(path, messageOf(error))
  })
}

const IMPORTS = { [core.importsFrom]: core.imports }

/** Milliseconds within which a second panic ends all clients */
const PANIC_PERIOD = 60_000

/** Bytes of WebAssembly memory above which an instance is replaced; a fresh one has about 1.2 MB */
const WORN_SIZE = 0x400000

/** The module could not be loaded. */
function loadError(path: string, words: string): MqttError {
  const hint =
    `请把同一版本的 ${path} 放入代码包，或用 wasmPath 指定（以 / 开头）；.wasm.br 需要基础库 2.14.0。 ` +
    'Put it, of the same version, into the package, or name its path, from / on, by wasmPath; .wasm.br needs base library 2.14.0.'
  return mqttError('WASM_LOAD', `Cannot load ${path}: ${words}`, hint)
}

/** The engine has no WebAssembly. */
function noWasmError(): MqttError {
  const hint =
    '需要基础库 2.14.0，真机调试须用 2.0；或附上 mqtt.fallback.js，用选项 wasmFallback 指明。 ' +
    'Needs base library 2.14.0 and, on a device, debugging 2.0; or ship mqtt.fallback.js, and name it by the option wasmFallback.'
  return mqttError('WASM_MISSING', 'WXWebAssembly is not available', hint)
}

/** The core has panicked: a bug of this library. */
function panicError(error: unknown): MqttError {
  const hint =
    '库内部错误，请反馈；会自动恢复，一分钟内再次发生则停止。 ' +
    'A bug of this library: please report it. Clients go on by themselves, unless it comes again within a minute.'
  return mqttError('PANIC', `Internal error: ${messageOf(error)}`, hint)
}
