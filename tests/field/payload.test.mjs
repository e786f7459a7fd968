/**
 * What pages do with the payload of a message: each function below is run on the payload that MQTT.js gives,
 * a Buffer, and on ours. They are ordered as docs/payload.en.md orders them, by how often published pages do it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { connected } from '../harness/scenario.mjs'

const JSON_TEXT = '{"温度":21.5,"led":"on"}'
const BINARY = [0x02, 0x01, 0xff, 0x80, 0x00, 0x00, 0x48, 0x41, 0x0a, 0x41, 0x42, 0x41]

/** The payload of a message with these bytes, as a page receives it. */
async function received(bytes) {
  const { client, broker, settle } = await connected()
  let message
  client.on('message', (_, payload, packet) => (message = { payload, packet }))
  broker.send({ cmd: 'publish', topic: 't', payload: Buffer.from(bytes), qos: 0 })
  await settle()
  return message
}

const TEXT_PAGES = {
  'toString()': payload => payload.toString(),
  'toString of the UTF-8': payload => payload.toString('utf8') + payload.toString('utf-8'),
  'JSON.parse of the text': payload => JSON.parse(payload.toString()),
  'JSON.parse of the payload': payload => JSON.parse(payload),
  'a template': payload => `message: ${payload}`,
  'joined to a text': payload => 'message: ' + payload,
  'String()': payload => String(payload),
  'compared with a text': payload => payload == JSON_TEXT, // eslint-disable-line eqeqeq -- as pages do
  'split and trimmed': payload => payload.toString().trim().split(','),
  'in a list of texts': payload => [`${payload}`].includes(JSON_TEXT),
  'toLocaleString()': payload => payload.toLocaleString(),
  'JSON.stringify': payload => JSON.stringify({ payload }),
}

const NUMBER_PAGES = {
  'parseFloat of the text': payload => parseFloat(payload.toString()).toFixed(1),
  'parseInt of the payload': payload => parseInt(payload, 10),
  'Number()': payload => Number(payload),
  'a sum': payload => payload * 2,
}

const BYTE_PAGES = {
  length: payload => payload.length + payload.byteLength,
  'a byte': payload => [payload[0], payload[0] & 3, payload[99]],
  'String.fromCharCode of all': payload => String.fromCharCode(...payload),
  'String.fromCharCode.apply': payload => String.fromCharCode.apply(null, payload),
  'Array.from': payload => Array.from(payload, byte => byte.toString(16).padStart(2, '0')).join(),
  'for … of': payload => {
    let sum = 0
    for (const byte of payload) sum += byte
    return sum
  },
  'new Uint8Array': payload => [...new Uint8Array(payload)],
  'a view of its buffer': payload => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    return [view.getUint16(0), view.getInt16(2, true), view.getFloat32(4, true)]
  },
  'a copy of its buffer': payload => {
    const { buffer, byteOffset, byteLength } = payload
    return [...new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength))]
  },
  'Buffer.from': payload => [...Buffer.from(payload)],
  'hexadecimal text': payload => payload.toString('hex'),
  'hexadecimal text of a part': payload => payload.toString('hex', 1, 4),
  'base64 text': payload => payload.toString('base64') + payload.toString('base64url'),
  'text of one byte a character': payload => payload.toString('latin1') + payload.toString('ascii'),
  'text of two bytes a character': payload =>
    payload.toString('utf16le') + payload.toString('ucs2'),
  'a slice, and its text': payload => [
    payload.slice(9).toString(),
    payload.slice(-3, -1).toString(),
  ],
  'subarray, and its text': payload => payload.subarray(9, 12).toString('utf8'),
  'a slice, and its numbers': payload => payload.slice(2).readUInt16BE(0),
  'numbers of one byte': payload => [
    payload.readUInt8(2),
    payload.readInt8(2),
    payload.readUint8(),
  ],
  'numbers of two bytes': payload => [payload.readUInt16BE(2), payload.readInt16LE(2)],
  'numbers of four bytes': payload => [payload.readUInt32LE(0), payload.readInt32BE(0)],
  'floating-point numbers': payload => [payload.readFloatLE(4), payload.readDoubleBE(0)],
  'numbers of three bytes': payload => [payload.readUIntBE(1, 3), payload.readIntLE(1, 3)],
  'numbers of six bytes': payload => [payload.readUIntLE(0, 6), payload.readIntBE(2, 6)],
  'the newer names': payload => [
    payload.readUint16BE(2),
    payload.readUint32LE(0),
    payload.readUintBE(0, 2),
  ],
  'includes a text': payload => [payload.includes('AB'), payload.includes('BB')],
  'includes a byte': payload => [payload.includes(0x80), payload.includes(0x99)],
  'indexOf a text': payload => [
    payload.indexOf('A'),
    payload.indexOf('A', 10),
    payload.indexOf('Z'),
  ],
  'indexOf bytes': payload => payload.indexOf(Uint8Array.of(0x0a, 0x41)),
  lastIndexOf: payload => [payload.lastIndexOf('A'), payload.lastIndexOf(0x41, 10)],
  equals: payload => [payload.equals(Uint8Array.from(BINARY)), payload.equals(Uint8Array.of(1))],
  copy: payload => {
    const target = new Uint8Array(6)
    return [payload.copy(target), payload.copy(target, 1, 8, 10), [...target]]
  },
  'map, filter and join': payload =>
    payload
      .filter(byte => byte > 64)
      .map(byte => byte - 64)
      .join(),
  'find and reduce': payload => [payload.find(byte => byte > 9), payload.reduce((a, b) => a + b)],
  'keys and entries': payload => [[...payload.keys()].length, [...payload.entries()][1]],
}

for (const [text, pages] of [
  [JSON_TEXT, TEXT_PAGES],
  ['21.46', NUMBER_PAGES],
  [BINARY, BYTE_PAGES],
]) {
  for (const [what, page] of Object.entries(pages)) {
    test(`a page that uses ${what}`, async () => {
      const { payload } = await received(text)
      assert.deepEqual(plain(page(payload)), plain(page(Buffer.from(text))))
    })
  }
}

test('looking for text, bytes and a byte finds what Buffer finds', async () => {
  const { payload } = await received('')
  const letters = fc.array(fc.constantFrom(65, 66, 0xe4, 0xb8, 0xad), { maxLength: 8 })
  const needle = fc.oneof(
    fc.constantFrom('', 'A', 'AB', '中', 'B中'),
    letters.map(bytes => Uint8Array.from(bytes)),
    fc.integer({ min: -300, max: 300 }),
  )
  const from = fc.option(fc.integer({ min: -12, max: 12 }), { nil: undefined })
  fc.assert(
    fc.property(letters, needle, from, (bytes, value, at) => {
      const buffer = Buffer.from(bytes)
      const ours = payload.constructor.from(bytes)
      for (const method of ['indexOf', 'lastIndexOf', 'includes']) {
        assert.equal(ours[method](value, at), buffer[method](value, at), method)
        if (at === undefined) assert.equal(ours[method](value), buffer[method](value), method)
      }
    }),
  )
})

test('numbers of any length are what Buffer reads, and out of range there as here', async () => {
  const { payload } = await received('')
  const names = ['readUIntBE', 'readUIntLE', 'readIntBE', 'readIntLE']
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(bytes, fc.nat(9), fc.integer({ min: 0, max: 7 }), (given, offset, length) => {
      const outcome = (value, name) => {
        try {
          return value[name](offset, length)
        } catch (error) {
          return error.name
        }
      }
      for (const name of names) {
        const ours = outcome(payload.constructor.from(given), name)
        assert.equal(ours, outcome(Buffer.from(given), name), name)
      }
    }),
  )
})

/** What no published page does with a payload; a page that does is told what to do. */
const REFUSED = {
  'writing a text': payload => payload.write('x'),
  'writing a number': payload => payload.writeUInt16BE(1, 0),
  'writing a number of the other name': payload => payload.writeUint32LE(1, 0),
  'writing a number of three bytes': payload => payload.writeUIntBE(1, 0, 3),
  'writing a large number': payload => payload.writeBigInt64LE(1n),
  'filling it with a text': payload => payload.fill('x'),
  comparing: payload => payload.compare(Uint8Array.of(1)),
  'swapping bytes': payload => payload.swap16(),
  'swapping more bytes': payload => payload.swap64(),
  'reading a large number': payload => payload.readBigUInt64LE(0),
  'reading a large number of the other name': payload => payload.readBigUint64BE(0),
  'looking for a text in another encoding': payload => payload.indexOf('QQ==', 0, 'base64'),
  'looking for what is neither text nor bytes': payload => payload.includes({}),
  'comparing with a text': payload => payload.equals('AB'),
  'copying into a list': payload => payload.copy([]),
}

for (const [what, page] of Object.entries(REFUSED)) {
  test(`refused, with what to do: ${what}`, async () => {
    const { payload } = await received(BINARY)
    assert.throws(() => page(payload), {
      name: 'TypeError',
      message: /mqtt\.text|mqtt\.json|Uint8Array|DataView/,
    })
  })
}

test('bytes in the properties of MQTT 5 are like those of a payload', async () => {
  const { client, broker, settle } = await connected({}, { version: 5 })
  let properties
  client.on('message', (topic, payload, packet) => (properties = packet.properties))
  const correlationData = Buffer.from('请求7')
  broker.send({ cmd: 'publish', topic: 't', payload: '', qos: 0, properties: { correlationData } })
  await settle()
  assert.equal((properties.correlationData ?? '').toString(), '请求7')
  assert.equal(properties.correlationData.includes('7'), true)
})

/** A copy with the prototypes of this context. */
function plain(value) {
  return JSON.parse(JSON.stringify([value]))
}
