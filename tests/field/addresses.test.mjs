/** Addresses as pages write them. */
import assert from 'node:assert/strict'
import { kind } from './pages.mjs'

/** Adds a page for each pair of arguments and address. */
function connecting(page, cases) {
  for (const [args, expected] of cases) {
    page(`connect(${JSON.stringify(args).slice(1, -1)}) opens ${expected}`, async bed => {
      bed.mqtt.connect(...structuredClone(args))
      await bed.settle()
      assert.equal(bed.phone.fake.socket?.url, expected)
    })
  }
}

const twice = kind('选项里也写了地址', 'Options that hold the address, too')
const MQTT = 'wss://b/mqtt'
const PORT = 'wss://b:8084/mqtt'

connecting(twice, [
  [['wxs://b/mqtt', { host: 'wxs://b/mqtt' }], MQTT],
  [['wxs://b:8084/mqtt', { host: 'b:8084' }], PORT],
  [['wxs://b:8084/mqtt', { host: 'b:8084', port: 8084, path: '/mqtt' }], PORT],
  [['wxs://b:8084/mqtt', { host: 'wxs://other:1/elsewhere' }], PORT],
  [['wxs://b:8084/mqtt', { host: 'other/elsewhere' }], PORT],
  [['wxs://b/mqtt', { host: '' }], MQTT],
  [['wxs://b/mqtt', { port: '', path: '' }], MQTT],
  [[{ protocol: 'wxs', host: 'b:8084' }], 'wss://b:8084/'],
  [[{ protocol: 'wxs', host: 'b:8084', path: '/mqtt' }], PORT],
  [[{ protocol: 'wxs', host: 'b:8084', port: 8084, path: '/mqtt' }], PORT],
  [[{ protocol: 'wxs', host: 'b:8084/mqtt' }], PORT],
  [[{ protocol: 'wxs', host: 'wss://b:8084/mqtt', port: 8084, path: '/mqtt' }], PORT],
  [[{ protocol: 'wxs', hostname: 'wxs://b:8084/mqtt' }], PORT],
  [[{ host: 'wxs://b:8084/mqtt' }], PORT],
  [['wxs://x/mqtt', { servers: [{ host: 'b:8084' }] }], PORT],
  [['wxs://x/mqtt', { servers: [{ host: 'wxs://b:8084/mqtt', port: 8084 }] }], PORT],
])

const loose = kind('写法随意的地址', 'Addresses that are written loosely')

connecting(loose, [
  [['wxs:b:8084/mqtt'], PORT],
  [['wxs:b/mqtt'], MQTT],
  [['b', { protocol: 'wxs', host: 'b', port: 8084, path: '/mqtt' }], PORT],
  [['/mqtt', { protocol: 'wxs', host: 'b', port: 8084, path: '/mqtt' }], PORT],
  [['b:8084/mqtt', { protocol: 'wxs' }], PORT],
  [['//b:8084/mqtt', { protocol: 'wxs' }], PORT],
  [['', { protocol: 'wxs', host: 'b', path: '/mqtt' }], MQTT],
  [['  wxs://b/mqtt '], MQTT],
  [['wxs://b/mqtt\n'], MQTT],
  [['wxs://b\\mqtt'], MQTT],
  [['WXS://B/mqtt'], MQTT],
  [['wxs://b:/mqtt'], MQTT],
  [['wxs://b:80/mqtt'], MQTT],
  [['wxs://b:443/mqtt'], MQTT],
  [['wxs://b/mqtt#part'], MQTT],
  [['wxs://@b/mqtt'], MQTT],
  [['wxs://u:p@b/mqtt'], MQTT],
  [['wxs://u:100%@b/mqtt'], MQTT],
  [['wxs://b/m qtt?a=b c'], 'wss://b/m%20qtt?a=b%20c'],
  [['wxs://b/{"a"}|<b>^`'], 'wss://b/%7B%22a%22%7D%7C%3Cb%3E%5E%60'],
  [['wxs://b/mqtt', null], MQTT],
  [['wxs://b/mqtt', { protocol: 'wxs:' }], MQTT],
  [['wxs://b/mqtt', { protocol: '' }], MQTT],
  [[{ protocol: 'WXS', host: 'b', path: 'mqtt' }], MQTT],
])

for (const args of [
  ['b/mqtt'],
  ['b:8084'],
  ['/mqtt'],
  [''],
  ['wxs:'],
  ['wxs://'],
  ['wxs:///mqtt'],
  ['wxs://b:port/mqtt'],
  ['wxs://b:99999/mqtt'],
  ['https://b/mqtt'],
  [{ host: 'b' }],
  [{ protocol: 'wxs' }],
]) {
  loose(`connect(${JSON.stringify(args).slice(1, -1)}) throws what is wrong`, async bed => {
    const wrong = /Missing protocol|Invalid URL|Invalid port|Unknown protocol|determine host/
    assert.throws(() => bed.mqtt.connect(...structuredClone(args)), wrong)
  })
}
