/**
 * Globals that the shim and the glue use often: the bundler puts these variables in their place, and gives
 * them short names, as it does with properties. None of them is one that a page replaces.
 */
const { assign, defineProperty, keys } = Object
const { from, isArray } = Array
const { abs, floor, max, min } = Math
const { fromCharCode } = String
const [Bytes, AnyError, AnyTypeError] = [Uint8Array, Error, TypeError]
const [Eventual, toObject, toText, toNumber] = [Promise, Object, String, Number]
const encode = encodeURIComponent

export {
  assign as 'Object.assign',
  defineProperty as 'Object.defineProperty',
  keys as 'Object.keys',
  from as 'Array.from',
  isArray as 'Array.isArray',
  abs as 'Math.abs',
  floor as 'Math.floor',
  max as 'Math.max',
  min as 'Math.min',
  fromCharCode as 'String.fromCharCode',
  Bytes as Uint8Array,
  AnyError as Error,
  AnyTypeError as TypeError,
  Eventual as Promise,
  toObject as Object,
  toText as String,
  toNumber as Number,
  encode as encodeURIComponent,
}
