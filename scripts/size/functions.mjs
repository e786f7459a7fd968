/** The functions of a module that has their names: how many bytes each has, and where it comes from. */
import { Reader } from '../../tests/wasm-module/reader.mjs'

/** `[name, bytes]` of each function that is not imported. */
export function functionSizes(bytes) {
  const reader = new Reader(bytes)
  reader.slice(8)
  const names = new Map()
  const sizes = []
  let imported = 0
  while (!reader.atEnd) {
    const id = reader.byte()
    const section = reader.slice(reader.u32())
    if (id === IMPORTS) imported = functionsImported(section)
    if (id === CODE) section.each(() => sizes.push(sizeOf(section.slice(section.u32()))))
    if (id === CUSTOM && section.text() === 'name') readNames(section, names)
  }
  return sizes.map((size, at) => [names.get(imported + at) ?? 'without a name', size])
}

/**
 * Crate and module of a mangled name: `mqtt_miniprogram::client::send`, `bytes::bytes_mut`. For a method of a
 * trait it is that of the type; of names in rustc's newer scheme, which the standard library has, it is the
 * crate.
 */
export function groupOf(name) {
  const newer = /^_R.*?C(?:s[0-9A-Za-z]*_)?(\d+)(.*)$/.exec(name)
  if (newer) return newer[2].replace(/^_/, '').slice(0, Number(newer[1]))
  if (!name.startsWith('_ZN')) return 'exports and helpers'
  const path = segments(name.slice(3))
  const type = /^_?(?:\$(?:LT|RF|BP|u20)\$|mut|const|dyn)*([\w.]+)/.exec(path[0])
  const parts = path[0].includes('$') ? type[1].split('..') : path.slice(0, -1)
  const modules = parts.filter(part => /^[a-z]/.test(part))
  return modules.slice(0, modules[0] === OURS ? 3 : 2).join('::') || 'exports and helpers'
}

/** The parts of a path, each of which has its length in front; the last is a hash. */
function segments(text) {
  const parts = []
  for (let rest = text; /^\d/.test(rest);) {
    const [digits] = /^\d+/.exec(rest)
    const end = digits.length + Number(digits)
    parts.push(rest.slice(digits.length, end))
    rest = rest.slice(end)
  }
  return parts.slice(0, -1)
}

function functionsImported(section) {
  let functions = 0
  section.each(() => {
    section.text()
    section.text()
    if (section.byte() !== FUNCTION) throw new RangeError('an import that is no function')
    section.u32()
    functions++
  })
  return functions
}

function readNames(section, names) {
  while (!section.atEnd) {
    const kind = section.byte()
    const part = section.slice(section.u32())
    if (kind === FUNCTION_NAMES) part.each(() => names.set(part.u32(), part.text()))
  }
}

function sizeOf({ offset, end }) {
  return end - offset
}

const OURS = 'mqtt_miniprogram'
const [CUSTOM, IMPORTS, CODE] = [0, 2, 10]
const [FUNCTION, FUNCTION_NAMES] = [0, 1]
