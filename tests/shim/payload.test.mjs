/** Payloads: bytes that print as Node's Buffer prints, made of whatever has bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import vm from 'node:vm'
import fc from 'fast-check'
import { source } from '../harness/source.mjs'

const { Payload, toBytes } = await source('payload/payload')
const { toBase64, fromBase64 } = await source('payload/base64')
const { addNumberMethods } = await source('payload/payload-numbers')

const ENCODINGS = ['utf8', 'utf-8', 'UTF-8', 'hex', 'base64', 'latin1', 'binary', 'ascii', 'ucs2']
ENCODINGS.push('ucs-2', 'utf16le', 'utf-16le')

test('a payload is bytes, and prints as text', () => {
  const payload = new Payload(Buffer.from('{"温度":21.5}'))
  assert.ok(payload instanceof Uint8Array)
  assert.equal(`${payload}`, '{"温度":21.5}')
  assert.equal('' + payload, '{"温度":21.5}')
  assert.deepEqual(JSON.parse(payload), { 温度: 21.5 })
  assert.equal(payload.length, 15)
  assert.equal(`${payload.subarray(2, 8)}`, '温度')
})

test('toString and toJSON are those of Buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(20), fc.nat(20), (bytes, start, end) => {
      const [payload, buffer] = [new Payload(bytes), Buffer.from(bytes)]
      for (const encoding of ENCODINGS) {
        assert.equal(payload.toString(encoding), buffer.toString(encoding))
        if (start <= end) {
          assert.equal(
            payload.toString(encoding, start, end),
            buffer.toString(encoding, start, end),
          )
        }
      }
      assert.equal(JSON.stringify(payload), JSON.stringify(buffer))
    }),
  )
  assert.throws(() => new Payload(1).toString('gbk'), { message: 'Unknown encoding: gbk' })
})

test('base64 there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      assert.deepEqual([...fromBase64(toBase64(bytes))], [...bytes])
    }),
  )
})

test('numbers are read as Buffer reads them', () => {
  addNumberMethods(Payload.prototype)
  const types = ['UInt16', 'Int16', 'UInt32', 'Int32', 'Float', 'Double']
  const names = ['readUInt8', 'readInt8', ...types.flatMap(t => [`read${t}BE`, `read${t}LE`])]
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.nat(4), (bytes, offset) => {
      const [payload, buffer] = [new Payload(bytes), Buffer.from(bytes)]
      for (const name of names) {
        assert.equal(payload[name](offset), buffer[name](offset), name)
        assert.equal(payload.subarray(1)[name](), buffer[name](1), name)
      }
    }),
  )
  assert.throws(() => new Payload(1).readUInt16BE(), RangeError)
})

test('text and all kinds of bytes can be sent', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4)
  const foreign = vm.runInNewContext('Uint8Array.of(1, 2, 3, 4)')
  for (const message of [
    bytes,
    bytes.buffer,
    Buffer.from(bytes),
    new DataView(bytes.buffer),
    foreign,
    foreign.buffer,
  ]) {
    assert.deepEqual([...toBytes(message)], [1, 2, 3, 4])
  }
  assert.deepEqual([...toBytes(new Uint16Array([1, 2, 3]).subarray(1, 2))], [2, 0])
  assert.deepEqual([...toBytes('环')], [0xe7, 0x8e, 0xaf])
  for (const nothing of [undefined, null, '']) assert.equal(toBytes(nothing).length, 0)
})

test('what has no bytes cannot be sent', () => {
  for (const message of [1, true, {}, [1, 2], { type: 'Buffer', data: [1] }, () => 1]) {
    assert.equal(toBytes(message), undefined)
  }
})
