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

// To be called within the call of the core that passes the address

/** A copy of some bytes. */
export function copyOut(at: number, size: number): ArrayBuffer {
  // when memory grows, its buffer is another one
  return memory!.buffer.slice(at, at + size) as ArrayBuffer
}

/** Fills an array with the bytes from this address on. `size` is its length, which takes time to ask for. */
export function fill(bytes: Uint8Array, at: number, size: number): void {
  bytes.set(new Uint8Array(memory!.buffer, at, size))
}
