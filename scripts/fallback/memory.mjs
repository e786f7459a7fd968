/**
 * Makes calls of what takes JavaScript many words, before the module is translated: accesses that are not
 * aligned, which become one access a byte, and copies of values, each word of which is a load and a store. A
 * typed array copies and fills as a whole, so that memcpy, memmove and memset need no loops of their own.
 */
import { accessOf, parse, print, sum } from './text-format.mjs'

/** `names` says which export of the crate has which name in the module; those of C go. */
export function callForMemory(text, names) {
  const module = parse(text)
  const native = {}
  for (const name of COPYING) {
    const at = module.findIndex(([field, as]) => field === 'export' && as === `"${names[name]}"`)
    if (at < 0) throw new Error(`the module does not export ${name}`)
    const [[, , [, function_]]] = module.splice(at, 1)
    native[name] = function_
    const whole = module.find(([field, as]) => field === 'func' && as === function_)
    replaceBody(whole, BODIES[name])
  }
  const [kind, ...fields] = module.map(field => withCalls(field, native.memcpy))
  return print([kind, ...fields, ...parse(`(${HELPERS})`)])
}

function replaceBody(whole, instruction) {
  const signature = whole.filter(([kind]) => kind === 'param' || kind === 'result')
  const [target, ...others] = signature
    .filter(([kind]) => kind === 'param')
    .map(([, name]) => ['local.get', name])
  whole.splice(2, whole.length, ...signature, [instruction, target, ...others], target)
}

/** Copies that follow each other word by word are one. */
function withCalls(node, memcpy) {
  if (typeof node === 'string') return node
  const changed = []
  let copies = []
  const flush = () => {
    if (copies.length > 1 || copies[0]?.width === 8) changed.push(copied(copies, memcpy))
    else changed.push(...copies.map(({ node: store }) => accessed(store, memcpy)))
    copies = []
  }
  for (const child of node) {
    const copy = copyOf(child)
    if (!copy || !continues(copies, copy)) flush()
    if (copy) copies.push(copy)
    else changed.push(accessed(child, memcpy))
  }
  flush()
  return changed
}

/** A store of what is loaded, width for width */
function copyOf(node) {
  const store = typeof node === 'string' ? undefined : accessOf(node)
  if (store?.kind !== 'store' || typeof store.value === 'string') return undefined
  const load = accessOf(store.value)
  if (load?.kind !== 'load' || load.width !== store.width) return undefined
  return {
    ...{ node, width: store.width, to: store.offset, from: load.offset },
    align: Math.min(store.align, load.align),
    target: store.address,
    source: load.address,
    places: print([store.address, load.address]),
  }
}

/**
 * Whether a copy goes on where the one before it ended, upwards or downwards. What Rust copies does not overlap
 * its copy; where both have one base, it is looked at.
 */
function continues(copies, next) {
  const last = copies.at(-1)
  if (!last) return true
  const step = next.to - last.to
  const { target, source } = next
  return (
    [target, source].every(([kind]) => kind === 'local.get') &&
    next.places === last.places &&
    next.from - last.from === step &&
    Math.abs(step) <= (step > 0 ? last.width : next.width) &&
    (copies.length < 2 || Math.sign(step) === Math.sign(copies[1].to - copies[0].to)) &&
    (print(target) !== print(source) ||
      Math.abs(next.to - next.from) >= lengthOf([...copies, next]))
  )
}

function copied(copies, memcpy) {
  const [{ to, from, target, source }] = copies
  const start = Math.min(...copies.map(copy => copy.to))
  const length = lengthOf(copies)
  const places = [sum(target, start), sum(source, start - to + from)].map(place =>
    withCalls(place, memcpy),
  )
  if (length === 8 && copies.every(({ align }) => align >= 4)) return ['call', '$copy8', ...places]
  return ['drop', ['call', memcpy, ...places, ['i32.const', String(length)]]]
}

function lengthOf(copies) {
  const ends = copies.map(({ to, width }) => to + width)
  return Math.max(...ends) - Math.min(...copies.map(({ to }) => to))
}

/** 64 bits are two accesses of 32: aligned for these is enough. */
function accessed(node, memcpy) {
  const access = typeof node === 'string' ? undefined : accessOf(node)
  if (!access || access.signed || access.align >= Math.min(access.width, 4))
    return withCalls(node, memcpy)
  const { kind, type, width, address, offset, value } = access
  const helper = `$${kind}_${type}_${width}`
  const operands = [sum(address, offset), ...(kind === 'store' ? [value] : [])]
  return ['call', helper, ...operands.map(operand => withCalls(operand, memcpy))]
}

/** These names are those of C, and their functions are exported. */
/** What does the same */
const BODIES = { memcpy: 'memory.copy', memmove: 'memory.copy', memset: 'memory.fill' }

/** The functions of C that src/wasm/memory.rs has for the compiler, and that the module exports for the fallback */
export const COPYING = Object.keys(BODIES)

const HELPERS = `
(func $copy8 (param $to i32) (param $from i32)
  (i64.store align=4 (local.get $to) (i64.load align=4 (local.get $from))))
(func $load_i32_2 (param $at i32) (result i32)
  (i32.load16_u align=1 (local.get $at)))
(func $load_i32_4 (param $at i32) (result i32)
  (i32.load align=1 (local.get $at)))
(func $load_i64_2 (param $at i32) (result i64)
  (i64.extend_i32_u (call $load_i32_2 (local.get $at))))
(func $load_i64_4 (param $at i32) (result i64)
  (i64.extend_i32_u (call $load_i32_4 (local.get $at))))
(func $load_i64_8 (param $at i32) (result i64)
  (i64.or
    (call $load_i64_4 (local.get $at))
    (i64.shl (call $load_i64_4 (i32.add (local.get $at) (i32.const 4))) (i64.const 32))))
(func $store_i32_2 (param $at i32) (param $value i32)
  (i32.store16 align=1 (local.get $at) (local.get $value)))
(func $store_i32_4 (param $at i32) (param $value i32)
  (i32.store align=1 (local.get $at) (local.get $value)))
(func $store_i64_2 (param $at i32) (param $value i64)
  (call $store_i32_2 (local.get $at) (i32.wrap_i64 (local.get $value))))
(func $store_i64_4 (param $at i32) (param $value i64)
  (call $store_i32_4 (local.get $at) (i32.wrap_i64 (local.get $value))))
(func $store_i64_8 (param $at i32) (param $value i64)
  (call $store_i64_4 (local.get $at) (local.get $value))
  (call $store_i64_4
    (i32.add (local.get $at) (i32.const 4))
    (i64.shr_u (local.get $value) (i64.const 32))))
`
