/**
 * Reads a WebAssembly module byte by byte and tells what an iPhone's WXWebAssembly might refuse:
 * whatever is not WebAssembly 1.0 (MVP) with mutable globals, an exported global, a function with
 * more than three names, an import that the loader does not give. A validator built for later
 * versions would take most of these in silence, so this one is written from the 1.0 binary format.
 */
import { BLOCK, END, IF, hex, isValueType, skipImmediates } from './opcodes.mjs'
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
