/** The memory of the instance, for what the core passes by its address. */
import type { WasmExports } from '../platform/wasm'

let memory: WasmExports['memory'] | undefined

/** There is another instance, or none. */
export function useMemory(exports?: WasmExports): void {
  memory = exports && exports.memory
}

/** Bytes, 0 without an instance. */
export function memorySize(): number {
  return memory ? memory.buffer.byteLength : 0
}

/** A copy of some bytes. To be called within the call of the core that passes the address. */
export function copyOut(at: number, size: number): ArrayBuffer {
  // when memory grows, its buffer is another one
  return memory!.buffer.slice(at, at + size) as ArrayBuffer
}
