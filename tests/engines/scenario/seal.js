/** Takes away what a phone lacks, for good: the engine is a phone's from then on. */
import { JAVASCRIPT } from '../../harness/javascript.mjs'

/** What no phone has, and what an engine may hide from `getOwnPropertyNames`. */
export const MISSING = `TextDecoder TextEncoder URL URLSearchParams WebSocket fetch Request Response
  Buffer process window self document navigator crypto performance queueMicrotask structuredClone
  WebAssembly AbortController Blob atob btoa setImmediate require module exports print load readFile
  SharedArrayBuffer Atomics Intl`.split(/\s+/)

/** Standards that came after ES2017: an old phone does not have them, and the library needs none. */
const LATER = {
  Array: 'at findLast findLastIndex flat flatMap toReversed toSorted toSpliced with',
  ArrayBuffer: 'detached maxByteLength resizable resize transfer transferToFixedLength',
  Promise: 'finally',
  String: 'at isWellFormed matchAll replaceAll toWellFormed trimEnd trimStart',
  Symbol: 'description',
  Uint8Array: 'setFromBase64 setFromHex toBase64 toHex',
}
const LATER_STATIC = {
  Array: 'fromAsync',
  Map: 'groupBy',
  Object: 'fromEntries groupBy hasOwn',
  Promise: 'allSettled any try withResolvers',
  Uint8Array: 'fromBase64 fromHex',
}

/** `later` names globals that this phone has beyond those of the oldest. */
export function seal(later) {
  const kept = JAVASCRIPT.concat(later)
  for (const name of Object.getOwnPropertyNames(globalThis).concat(MISSING)) {
    if (kept.indexOf(name) < 0) delete globalThis[name]
  }
  remove(LATER_STATIC, name => globalThis[name])
  remove(LATER, name => globalThis[name].prototype)
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype)
  for (const name of ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'with'])
    delete typedArray[name]
  refuseTexts()
}

/** A phone makes no code of text. V8 can be told so, JavaScriptCore is made to behave so. */
function refuseTexts() {
  const { prototype } = Function
  function refuse() {
    throw new EvalError('Code generation from strings disallowed')
  }
  refuse.prototype = prototype
  Object.defineProperty(prototype, 'constructor', { value: refuse })
  globalThis.Function = globalThis.eval = refuse
}

function remove(names, owner) {
  for (const type of Object.keys(names)) {
    for (const name of names[type].split(' ')) delete owner(type)[name]
  }
}
