/**
 * Base64, because phones have no `btoa`. Session records are stored as base64 text, since `wx` storage
 * and most stores of applications take text but no bytes.
 */

export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.subarray(at, at + 3)
    const bits = (first << 16) | ((second || 0) << 8) | (third || 0)
    text += ALPHABET[bits >> 18]! + ALPHABET[(bits >> 12) & 63]!
    text += second === undefined ? '=' : ALPHABET[(bits >> 6) & 63]!
    text += third === undefined ? '=' : ALPHABET[bits & 63]!
  }
  return text
}

/** The inverse of `toBase64`. Other text gives some bytes: what they are worth is for the caller to check. */
export function fromBase64(text: string): Uint8Array {
  const bytes: number[] = []
  for (let at = 0; at + 4 <= text.length; at += 4) {
    const [first = 0, second = 0, third = -1, fourth = -1] = Array.from(
      text.substr(at, 4),
      letter => ALPHABET.indexOf(letter),
    )
    bytes.push((first << 2) | (second >> 4))
    if (third >= 0) bytes.push(((second & 15) << 4) | (third >> 2))
    if (fourth >= 0) bytes.push(((third & 3) << 6) | fourth)
  }
  return Uint8Array.from(bytes)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
