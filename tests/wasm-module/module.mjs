/**
 * Reads a WebAssembly module byte by byte and tells what an iPhone's WXWebAssembly might refuse:
 * whatever is not WebAssembly 1.0 (MVP) with mutable globals, an exported global, a function with
 * more than three names, an import that the loader does not give. A validator built for later
 * versions would take most of these in silence, so this one is written from the 1.0 binary format.
 */
import { Reader } from './reader.mjs'

/** With a digest of the build, so that files of two builds are not mixed */
const IMPORTS_FROM = /^mqtt-[0-9a-f]{8}$/
const MOST_NAMES = 3

/** One line for each violation, in the order of the bytes; none for a good module. */
export function violations(bytes) {
  const module = new Module(new Reader(bytes))
  try {
    module.read()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    module.refuse(error.message)
  }
  return module.violations
}

class Module {
  violations = []
  imported = 0
  tables = 0

  constructor(reader) {
    this.reader = reader
  }

  refuse(text) {
    this.violations.push(text)
  }

  read() {
    const { reader } = this
    if (reader.u32le() !== 0x6d736100) return this.refuse('the file is not a WebAssembly module')
    const version = reader.u32le()
    if (version !== 1) return this.refuse(`version ${version} of the binary format`)
    while (!reader.atEnd) {
      const id = reader.byte()
      const section = reader.slice(reader.u32())
      const read = SECTIONS[id]
      if (read) read.call(this, section)
      else if (id !== 0) this.refuse(`section ${id} (${LATER_SECTIONS[id] ?? 'unknown'})`)
      if (read && !section.atEnd) this.refuse(`section ${id} has bytes left over`)
    }
    if (this.tables !== 1) this.refuse(`${this.tables} tables: there must be one`)
  }

  types(section) {
    section.each(index => {
      const form = section.byte()
      if (form !== 0x60) throw new RangeError(`type ${index} has the form ${hex(form)}`)
      section.each(() => this.valueType(section.byte(), `a parameter of type ${index}`))
      const results = section.each(() =>
        this.valueType(section.byte(), `a result of type ${index}`),
      )
      if (results > 1) this.refuse(`type ${index} has ${results} results (multivalue)`)
    })
  }

  imports(section) {
    section.each(() => {
      const [from, name, kind] = [section.text(), section.text(), section.byte()]
      const what = `the import "${name}" from "${from}"`
      if (!IMPORTS_FROM.test(from)) this.refuse(`${what}: only the glue of the build is there`)
      if (kind !== FUNCTION) throw new RangeError(`${what} is not a function`)
      section.u32()
      this.imported++
    })
  }

  tableTypes(section) {
    this.tables = section.each(index => {
      const type = section.byte()
      if (type !== 0x70) this.refuse(`table ${index} is of type ${hex(type)}, not funcref`)
      this.limits(section, `table ${index}`)
    })
  }

  memories(section) {
    const count = section.each(index => this.limits(section, `memory ${index}`))
    if (count > 1) this.refuse(`${count} memories: there may be one`)
  }

  limits(section, what) {
    const flags = section.byte()
    if (flags > 1) throw new RangeError(`${what} has limits of kind ${flags} (shared or 64-bit)`)
    section.u32()
    if (flags === 1) section.u32()
  }

  globals(section) {
    section.each(index => {
      this.valueType(section.byte(), `global ${index}`)
      section.byte()
      this.instructions(section, `the value of global ${index}`)
    })
  }

  exports(section) {
    const names = new Map()
    section.each(() => {
      const [name, kind, index] = [section.text(), section.byte(), section.u32()]
      if (kind === GLOBAL) this.refuse(`the export "${name}" is a global`)
      if (kind === FUNCTION) names.set(index, [...(names.get(index) ?? []), name])
    })
    for (const [index, all] of names) {
      if (all.length > MOST_NAMES) {
        this.refuse(`function ${index} is exported under ${all.length} names: ${all.join(', ')}`)
      }
    }
  }

  elements(section) {
    section.each(index => {
      this.segment(section, `element segment ${index}`)
      section.each(() => section.u32())
    })
  }

  data(section) {
    section.each(index => {
      this.segment(section, `data segment ${index}`)
      section.slice(section.u32())
    })
  }

  /** In 1.0 the first number is the table's or memory's, which is 0; later it became flags. */
  segment(section, what) {
    const flags = section.u32()
    if (flags !== 0) throw new RangeError(`${what} is of kind ${flags} (bulk memory)`)
    this.instructions(section, `the offset of ${what}`)
  }

  code(section) {
    section.each(index => {
      const body = section.slice(section.u32())
      const what = `function ${this.imported + index}`
      body.each(() => {
        body.u32()
        this.valueType(body.byte(), `a local of ${what}`)
      })
      if (this.instructions(body, what) && !body.atEnd) this.refuse(`${what} goes on after its end`)
    })
  }

  /** Up to the `end` that closes what was open before; false if it cannot be read so far. */
  instructions(body, what) {
    for (let depth = 1; depth > 0;) {
      const at = body.offset
      const opcode = body.byte()
      const later = skipImmediates(opcode, body)
      if (later) {
        this.refuse(`${what}, offset ${hex(at)}: ${later}`)
        return false
      }
      if (opcode >= BLOCK && opcode <= IF) depth++
      if (opcode === END) depth--
    }
    return true
  }

  valueType(type, what) {
    if (!isValueType(type)) this.refuse(`${what} is of type ${hex(type)}, not a number`)
  }
}

const [FUNCTION, GLOBAL] = [0, 3]
const [BLOCK, IF, END] = [0x02, 0x04, 0x0b]

const SECTIONS = {
  1: Module.prototype.types,
  2: Module.prototype.imports,
  3: section => section.each(() => section.u32()),
  4: Module.prototype.tableTypes,
  5: Module.prototype.memories,
  6: Module.prototype.globals,
  7: Module.prototype.exports,
  8: section => section.u32(),
  9: Module.prototype.elements,
  10: Module.prototype.code,
  11: Module.prototype.data,
}

const LATER_SECTIONS = { 12: 'DataCount, of bulk memory', 13: 'tags, of exception handling' }

/** Reads past what belongs to an opcode of 1.0; otherwise says what the opcode is. */
function skipImmediates(opcode, body) {
  if (opcode >= 0x45 && opcode <= 0xbf) return undefined // comparison, arithmetic, conversion
  if (opcode >= 0x28 && opcode <= 0x3e) return skipAddress(body)
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case END:
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
      return undefined
    case BLOCK:
    case 0x03: // loop
    case IF: {
      const type = body.byte()
      const isPlain = type === 0x40 || isValueType(type)
      return isPlain ? undefined : `a block of type ${hex(type)} (multivalue or reference types)`
    }
    case 0x0e: // br_table
      body.each(() => body.u32())
      body.u32()
      return undefined
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
      body.u32()
      return undefined
    case 0x11: // call_indirect
      body.u32()
      return body.byte() === 0 ? undefined : 'call_indirect that names a table (reference types)'
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      return body.byte() === 0 ? undefined : `opcode ${hex(opcode)} that names a memory`
    case 0x41: // i32.const
      body.signed(32)
      return undefined
    case 0x42: // i64.const
      body.signed(64)
      return undefined
    case 0x43: // f32.const
      body.slice(4)
      return undefined
    case 0x44: // f64.const
      body.slice(8)
      return undefined
    default:
      return `opcode ${hex(opcode)} (${laterFeature(opcode)})`
  }
}

function skipAddress(body) {
  const alignment = body.u32()
  body.u32()
  return alignment <= 3 ? undefined : `an alignment of ${alignment} (several memories)`
}

function laterFeature(opcode) {
  if (opcode >= 0xc0 && opcode <= 0xc4) return 'sign extension'
  if (opcode >= 0xd0 && opcode <= 0xd6) return 'reference types'
  if (opcode === 0x25 || opcode === 0x26) return 'reference types'
  if (opcode === 0x1c) return 'a select with types, of reference types'
  if (opcode === 0x12 || opcode === 0x13) return 'tail calls'
  if (opcode === 0xfc) return 'bulk memory or saturating conversion'
  if (opcode === 0xfd) return 'vectors'
  if (opcode === 0xfe) return 'threads'
  return 'not in WebAssembly 1.0'
}

function isValueType(type) {
  return type >= 0x7c && type <= 0x7f
}

function hex(number) {
  return `0x${number.toString(16)}`
}
