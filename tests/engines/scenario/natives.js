/**
 * What the scenarios and the fakes run on: taken from the engine before it is sealed. esbuild puts
 * these in the place of the globals of these names; the library under test gets none of them.
 * `engine` is what the script's first lines give, see ../engines.mjs.
 */
/* global engine */

export const { WebAssembly } = engine

export const Promise = globalThis.Promise

/** Behind everything that promises have to do */
export const setImmediate = run => engine.later(run)

export const Buffer = { from: bytes => new Uint8Array(bytes) }
