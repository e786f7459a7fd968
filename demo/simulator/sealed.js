/**
 * Takes the web platform away from the logic layer, as it is on a phone: ECMAScript, timers and
 * console are left, and what is put there afterwards.
 */

/** What the simulator itself needs of the platform, held before it is taken away. */
export const native = {
  WebSocket: self.WebSocket,
  WebAssembly: self.WebAssembly,
  AbortController: self.AbortController,
  URL: self.URL,
  fetch: self.fetch.bind(self),
  post: self.postMessage.bind(self),
  importScripts: self.importScripts.bind(self),
  listen: self.addEventListener.bind(self),
  base: self.location.href,
}

/** The global object. Nobody else gets a name for it. */
export const globalObject = self

const KEPT = new Set(
  `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date
  Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  JSON Math Intl ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array
  Float32Array Float64Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set
  WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry decodeURI decodeURIComponent encodeURI
  encodeURIComponent escape unescape eval isFinite isNaN globalThis console setTimeout clearTimeout
  setInterval clearInterval constructor`.split(/\s+/),
)

/** Two numbers of a forgotten API, which browsers do not let go of. */
const HARMLESS = ['TEMPORARY', 'PERSISTENT']

/** Returns the names that could not be taken away; there must be none. */
export function seal() {
  const shared = globalObject.EventTarget.prototype // a WebSocket needs it: hidden, not deleted
  const left = []
  for (
    let object = globalObject;
    object && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (KEPT.has(name) || HARMLESS.includes(name)) continue
      if (object === shared) {
        Object.defineProperty(globalObject, name, { value: undefined, configurable: true })
      } else if (!Reflect.deleteProperty(object, name)) {
        left.push(name)
      }
    }
  }
  return left
}
