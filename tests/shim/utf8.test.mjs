/** UTF-8 against the codecs that Node has: phones have none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { source } from '../harness/source.mjs'

const { encodeUtf8, decodeUtf8 } = await source('payload/utf8')
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

const decodesLikeNode = bytes => {
  const text = decodeUtf8(bytes)
  if (text !== decoder.decode(bytes))
    assert.equal(text, decoder.decode(bytes), Buffer.from(bytes).toString('hex'))
}

test('all sequences of one and two bytes decode as Node decodes them', () => {
  for (let first = 0; first < 256; first++) {
    decodesLikeNode(Uint8Array.of(first))
    for (let second = 0; second < 256; second++) decodesLikeNode(Uint8Array.of(first, second))
  }
})

test('all sequences of three bytes decode as Node decodes them', () => {
  // a batch for each pair of first bytes; an ASCII byte after each sequence sets it apart
  const bytes = new Uint8Array(256 * 4).fill(0x2e)
  for (let first = 0x80; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      for (let third = 0; third < 256; third++) bytes.set([first, second, third], third * 4)
      decodesLikeNode(bytes)
    }
  }
})

test('sequences of four bytes decode as Node decodes them at every boundary', () => {
  const edges = [
    0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5, 0xff,
  ]
  for (let first = 0xec; first < 256; first++) {
    for (const second of edges) {
      for (const third of edges)
        for (const fourth of edges) decodesLikeNode(Uint8Array.of(first, second, third, fourth))
    }
  }
})

test('any bytes decode as Node decodes them', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesLikeNode), { numRuns: 5000 })
})

test('any text encodes as Node encodes it, lone surrogates too', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code))
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(unit).map(units => units.join('')),
  )
  fc.assert(
    fc.property(text, value => assert.deepEqual(encodeUtf8(value), encoder.encode(value))),
    { numRuns: 5000 },
  )
  for (let code = 0; code <= 0xffff; code++) {
    const value = String.fromCharCode(code)
    assert.deepEqual(encodeUtf8(value), encoder.encode(value))
  }
})

test('long text survives, wherever the chunks are cut', () => {
  for (const size of [4094, 4095, 4096, 4097, 8191, 8192, 100_001]) {
    for (const character of ['a', 'é', '环', '😀']) {
      const text = 'x'.repeat(size % 3) + character.repeat(size)
      assert.equal(decodeUtf8(encodeUtf8(text)), text)
    }
  }
})
