/**
 * Traps of WebAssembly, real ones, in the place of the next call of the module: what a bug in the core, or
 * a phone that is out of memory, does to an app.
 */

/** The kinds, by the export of a tiny module that traps so. */
export const KINDS = { unreachable: 'u', 'stack overflow': 's', 'memory access out of bounds': 'm' }

export class Traps {
  /** How many calls trap from now on, and how */
  left = 0
  kind = 'unreachable'

  constructor() {
    this.module = new WebAssembly.Module(MODULE)
  }

  /** The next calls of the module trap. */
  set(kind, count = 1) {
    this.kind = kind
    this.left = count
  }

  /** The exports of the module, which trap when they have to. */
  over(exports) {
    const guarded = {}
    for (const [name, value] of Object.entries(exports))
      guarded[name] = typeof value === 'function' ? this.#guard(value) : value
    return guarded
  }

  #guard(call) {
    return (...args) => {
      if (this.left === 0) return call(...args)
      this.left--
      return new WebAssembly.Instance(this.module).exports[KINDS[this.kind]]()
    }
  }
}

// (module (memory 1)
//   (func (export "u") unreachable)
//   (func (export "s") call 1)
//   (func (export "m") (drop (i32.load (i32.const -1)))))
const MODULE = Uint8Array.from(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 4, 1, 0x60, 0, 0],
    [3, 4, 3, 0, 0, 0],
    [5, 3, 1, 0, 1],
    [7, 13, 3, 1, 0x75, 0, 0, 1, 0x73, 0, 1, 1, 0x6d, 0, 2],
    [10, 19, 3, 3, 0, 0, 0x0b, 4, 0, 0x10, 1, 0x0b, 8, 0, 0x41, 0x7f, 0x28, 2, 0, 0x1a, 0x0b],
  ].flat(),
)
