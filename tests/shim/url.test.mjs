/** Addresses, as MQTT.js reads them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { source } from '../harness/source.mjs'

const { parseUrl, socketUrl } = await source('options/url')

const addresses = {
  'wxs://host': 'wss://host/',
  'wss://host': 'wss://host/',
  'wx://host': 'ws://host/',
  'ws://host': 'ws://host/',
  'WXS://Host.cn1.mqtt.chat/Mqtt': 'wss://host.cn1.mqtt.chat/Mqtt',
  'wxs://host:8084/mqtt': 'wss://host:8084/mqtt',
  'wxs://host:443/mqtt': 'wss://host/mqtt',
  'ws://host:80': 'ws://host/',
  // both ports are left out with both protocols, as in MQTT.js
  'ws://host:443': 'ws://host/',
  'wss://host:80': 'wss://host/',
  'wss://host/a/b?x=1&y=2#fragment': 'wss://host/a/b?x=1&y=2',
  'wss://host?x=1': 'wss://host/?x=1',
  'wss://user:pass@host:8084/mqtt': 'wss://host:8084/mqtt',
  'ws://[::1]:9001/mqtt': 'ws://[::1]:9001/mqtt',
}

const lanAddresses = {
  'mqtt://192.168.1.5': 'mqtt://192.168.1.5:1883/',
  'tcp://192.168.1.5:1884': 'mqtt://192.168.1.5:1884/',
  'MQTT://u:p@[fe80::1]:443': 'mqtt://[fe80::1]:443/',
}

for (const [address, expected] of Object.entries(lanAddresses)) {
  test(`${address} is ${expected} for a TCP socket`, () => {
    assert.equal(socketUrl(parseUrl(address)), expected)
  })
}

for (const [address, expected] of Object.entries(addresses)) {
  test(`${address} is ${expected} for wx.connectSocket`, () => {
    assert.equal(socketUrl(parseUrl(address)), expected)
  })
}

test('user name and password are percent-decoded, and the last colon parts them', () => {
  assert.equal(parseUrl('wss://us%40er:p%3Ass@host').auth, 'us@er:p:ss')
  assert.equal(parseUrl('wss://us@er:p@host/').auth, 'us@er:p')
  assert.equal(parseUrl('wss://host').auth, undefined)
})

test('the query is decoded, and stays in the path', () => {
  const { query, path } = parseUrl('wss://host/mqtt?a=1&clientId=d%401+x&odd=%zz')
  assert.deepEqual(query, { a: '1', clientId: 'd@1 x', odd: '%zz' })
  assert.equal(path, '/mqtt?a=1&clientId=d%401+x&odd=%zz')
})

test('what is no address has a clear error', () => {
  assert.throws(() => parseUrl('host/mqtt'), { message: 'Missing protocol' })
  assert.throws(() => parseUrl('/mqtt'), { message: 'Missing protocol' })
  assert.throws(() => parseUrl('wss://'), { message: 'Invalid URL' })
  for (const protocol of ['mqtts', 'ssl', 'https', 'alis']) {
    assert.throws(() => socketUrl(parseUrl(`${protocol}://host`)), {
      message: `Unknown protocol "${protocol}": use wxs, wss, wx, ws or mqtt`,
      code: 'UNKNOWN_PROTOCOL',
    })
  }
  assert.throws(() => socketUrl({ protocol: 'wss' }), /Could not determine host/)
})

test('options stand for an address too', () => {
  assert.equal(
    socketUrl({ protocol: 'wxs', host: 'h', port: '8084', path: 'mqtt' }),
    'wss://h:8084/mqtt',
  )
  assert.equal(socketUrl({ protocol: 'wx:', hostname: 'h' }), 'ws://h/')
  assert.equal(socketUrl({ protocol: 'wss', host: 'h:8084' }), 'wss://h:8084/')
})
