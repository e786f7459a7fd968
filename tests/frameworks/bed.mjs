/** A page of a mini-program on a fake phone, with a broker behind it. */
import assert from 'node:assert/strict'
import { Phone } from '../harness/phone.mjs'
import { withBroker } from '../harness/scripted-broker.mjs'
import { MiniProgram } from './mini-program.mjs'

/** A page that is open, with a broker behind it that forgets a session with its connection. */
export async function opened(code, name, given = {}) {
  const phone = new Phone({ files: code.wasm, ...given })
  const { broker } = withBroker(phone)
  broker.answers.connect = () => {
    broker.subscriptions.clear()
    return { cmd: 'connack', returnCode: 0, sessionPresent: false }
  }
  const miniProgram = new MiniProgram(phone, code)
  miniProgram.launch()
  await phone.settle()
  const bed = new Bed(phone, broker, miniProgram, `pages/${name}/index`)
  bed.open()
  await phone.pass(200) // a page may connect more than once before it is done
  bed.before = broker.got('disconnect').length
  bed.connects = broker.got('connect').length - 1
  return bed
}

class Bed {
  constructor(phone, broker, miniProgram, path) {
    Object.assign(this, { phone, broker, miniProgram, path, listeners: phone.fake.listeners })
  }

  open() {
    this.page = this.miniProgram.open(this.path)
  }

  reload() {
    this.miniProgram.reload()
    this.page = this.miniProgram.pages.at(-1)
  }

  tap(id) {
    this.miniProgram.tap(this.page, id)
  }

  deliver(payload) {
    this.broker.send({ cmd: 'publish', topic: 'devices/1', payload, qos: 0 })
  }

  loseNetwork() {
    const { fake } = this.phone
    fake.onSocket = socket => socket.fail('connectSocket:fail Unable to resolve host')
    this.broker.socket.close()
    fake.network(false)
  }

  findNetwork() {
    this.phone.fake.onSocket = socket => this.broker.accept(socket)
    this.phone.fake.network(true)
  }

  text(id) {
    return this.miniProgram.text(this.page, id)
  }

  /** `shown` by id. */
  shows(shown) {
    const seen = Object.keys(shown).map(id => [id, this.text(id)])
    assert.deepEqual(Object.fromEntries(seen), shown)
  }

  /** One client, subscribed, after that many connections of its own. */
  isOnline({ connects }) {
    this.shows({ state: 'online' })
    assert.equal(this.broker.got('connect').length, connects + this.connects)
    assert.deepEqual([...this.broker.subscriptions.keys()], ['devices/1'])
    assert.equal(this.phone.fake.openSockets.length, 1)
  }

  /** Nothing was thrown, complained about, or asked of the phone that it does not do. */
  isClean() {
    assert.deepEqual(this.miniProgram.errors, [])
    assert.deepEqual(this.phone.uncaught, [])
    assert.deepEqual(this.phone.warnings, [])
    assert.deepEqual(this.phone.violations, [])
  }

  pass(ms) {
    return this.phone.pass(ms)
  }

  settle() {
    return this.phone.settle()
  }
}
