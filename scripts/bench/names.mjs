/** How rows and numbers of docs/performance.md are written. */
import { grouped } from '../markdown.mjs'

/** The name of a row of bench/costs.js. */
export function label(text, row) {
  if (text.rows[row]) return text.rows[row]
  const kinds = [
    ['in, Chinese text, ', text.inChinese],
    ['in, text, ', text.inText],
    ['out, Chinese text, ', text.outChinese],
    ['out, bytes, ', text.outBytes],
    ['in, ', text.down],
    ['out, ', text.up],
  ]
  const [start, name] = kinds.find(([begin]) => row.startsWith(begin))
  return [name, row.slice(start.length)].join(text.comma)
}

export function number(value) {
  if (value > 0 && value < 0.05) return value.toFixed(3)
  return value < 10 ? value.toFixed(1) : grouped(Math.round(value))
}

export function part(ratio) {
  return ratio.toFixed(2)
}

export function size(bytes) {
  return grouped(bytes)
}
