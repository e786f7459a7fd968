/**
 * The text format of a module as nested arrays of words, and back; of a load or a store, where it is and how
 * wide.
 */

/** `(func $f (nop))` is `['func', '$f', ['nop']]`. */
export function parse(text) {
  const open = [[]]
  for (const [word] of text.matchAll(WORD)) {
    if (word === '(') open.push([])
    else if (word === ')') {
      const list = open.pop()
      open.at(-1).push(list)
    } else if (!word.startsWith(';;')) open.at(-1).push(word)
  }
  return open[0][0]
}

export function print(node) {
  return typeof node === 'string' ? node : `(${node.map(print).join(' ')})`
}

/** Of a load or a store of integers: its parts, with width and alignment in bytes. Else undefined. */
export function accessOf(node) {
  const [, type, kind, bits, extended] = ACCESS.exec(node[0]) ?? []
  if (!type || Array.isArray(node[0])) return undefined
  const words = node.filter((word, at) => at > 0 && typeof word === 'string')
  const [address, value] = node.slice(1 + words.length)
  const width = Number(bits ?? type.slice(1)) / 8
  const given = Object.fromEntries(words.map(word => word.split('=')))
  const offset = Number(given.offset ?? 0)
  return {
    ...{ type, kind, width, offset, address, value },
    align: Number(given.align ?? width),
    signed: extended === 's',
  }
}

/** `address + offset` */
export function sum(address, offset) {
  return offset ? ['i32.add', address, ['i32.const', String(offset)]] : address
}

const WORD = /\(|\)|"(?:[^"\\]|\\.)*"|;;.*|[^\s()"]+/g

const ACCESS = /^(i32|i64)\.(load|store)(8|16|32)?(?:_([su]))?$/
