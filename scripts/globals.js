/**
 * Globals that the shim and the glue use often: the bundler puts these variables in their place, and gives
 * them short names, as it does with properties. None of them is one that a page replaces.
 */
const { assign, defineProperty, keys } = Object
const { from, isArray } = Array
const { floor, min } = Math
const { fromCharCode } = String
const [Bytes, AnyError, Eventual, toObject, toText] = [Uint8Array, Error, Promise, Object, String]

export {
  assign as 'Object.assign',
  defineProperty as 'Object.defineProperty',
  keys as 'Object.keys',
  from as 'Array.from',
  isArray as 'Array.isArray',
  floor as 'Math.floor',
  min as 'Math.min',
  fromCharCode as 'String.fromCharCode',
  Bytes as Uint8Array,
  AnyError as Error,
  Eventual as Promise,
  toObject as Object,
  toText as String,
}
