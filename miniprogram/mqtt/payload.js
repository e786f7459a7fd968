// 消息内容怎样显示：JSON、文本，或者十六进制

const PREVIEW = 120
const LONGEST_TEXT = 4000
const LONGEST_DUMP = 512

/** 一行的样子：{ kind: 'json' | 'text' | 'hex' | 'empty', preview } */
export function summarize(payload) {
  if (payload.length === 0) return { kind: 'empty', preview: '（空）' }
  const text = textOf(payload)
  if (text === undefined) return { kind: 'hex', preview: hexOf(payload, 24) }
  const line = text.slice(0, PREVIEW * 2).replace(/\s+/g, ' ')
  const preview = line.length > PREVIEW ? `${line.slice(0, PREVIEW)}…` : line
  return { kind: jsonOf(text) === undefined ? 'text' : 'json', preview }
}

/** 展开的样子；太长的只显示开头 */
export function expand(payload) {
  const text = textOf(payload)
  if (text === undefined) return dumpOf(payload)
  const value = jsonOf(text)
  const shown = value === undefined ? text : JSON.stringify(value, null, 2)
  return shown.length > LONGEST_TEXT ? `${shown.slice(0, LONGEST_TEXT)}…\n（其余请复制）` : shown
}

/** 复制的样子：全部 */
export function copyable(payload) {
  const text = textOf(payload)
  return text === undefined ? hexOf(payload, payload.length) : text
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024
    ? `${(bytes / 1024).toFixed(1)} KB`
    : `${(bytes / 1048576).toFixed(1)} MB`
}

// 不是 UTF-8 文本的没有；含控制字符的当作二进制
function textOf(payload) {
  const text = payload.toString()
  return BINARY.test(text) ? undefined : text
}

// 换行等以外的控制字符，和代替错误字节的 U+FFFD
const BINARY = /[^\t\n\v\f\r -\ufffc]/

// 只看对象和数组：单独一个数或一个词显示为文本
function jsonOf(text) {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // 不是 JSON
  }
}

function hexOf(payload, most) {
  const bytes = Array.prototype.slice.call(payload, 0, most)
  const text = bytes.map(byte => `0${byte.toString(16)}`.slice(-2)).join(' ')
  return payload.length > most ? `${text} …` : text
}

// 每行 8 个字节：位置、十六进制、可显示的字符
function dumpOf(payload) {
  const lines = []
  const end = Math.min(payload.length, LONGEST_DUMP)
  for (let at = 0; at < end; at += 8) {
    const bytes = Array.prototype.slice.call(payload, at, Math.min(at + 8, end))
    const hex = bytes.map(byte => `0${byte.toString(16)}`.slice(-2)).join(' ')
    const characters = bytes.map(byte =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    )
    const position = `000${at.toString(16)}`.slice(-4)
    lines.push(`${position}  ${(hex + ' '.repeat(24)).slice(0, 24)} ${characters.join('')}`)
  }
  if (payload.length > end) lines.push('（其余请复制）')
  return lines.join('\n')
}
