/** The declarations and what is there agree, both ways: the members of every class, and of the module. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { setup } from '../harness/scenario.mjs'
import { LIBRARIES } from './compile.mjs'

const program = ts.createProgram([LIBRARIES.ours], { strict: true, types: [] })
const checker = program.getTypeChecker()
const module = checker.getSymbolAtLocation(program.getSourceFile(LIBRARIES.ours))
const declarations = new Map(checker.getExportsOfModule(module).map(one => [one.name, one]))

/** The names of the members that a class, or an object, is declared to have. */
function declared(name, { of = 'instances' } = {}) {
  const symbol = declarations.get(name)
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const type =
    of === 'instances' ? checker.getDeclaredTypeOfSymbol(meant) : checker.getTypeOfSymbol(meant)
  return checker
    .getPropertiesOfType(type)
    .map(member => member.name)
    .filter(member => member !== 'prototype')
    .sort()
}

/** The names of what a page can call on an object: what its classes define. */
function defined(object) {
  const names = new Set()
  for (let at = object; Object.getPrototypeOf(at); at = Object.getPrototypeOf(at)) {
    if (at !== object) Object.getOwnPropertyNames(at).forEach(name => names.add(name))
  }
  names.delete('constructor')
  return [...names].sort()
}

const { mqtt } = setup()
const keepalive = { keepalive: 60, sendPing() {}, onKeepaliveTimeout() {} }
const INSTANCES = {
  MqttClient: new mqtt.MqttClient(null, { protocol: 'wxs', host: 'host', manualConnect: true }),
  Store: new mqtt.Store(),
  DefaultMessageIdProvider: new mqtt.DefaultMessageIdProvider(),
  UniqueMessageIdProvider: new mqtt.UniqueMessageIdProvider(),
  KeepaliveManager: new mqtt.KeepaliveManager(keepalive),
  ErrorWithReasonCode: new mqtt.ErrorWithReasonCode('m', 135),
  ErrorWithSubackPacket: new mqtt.ErrorWithSubackPacket('m', { cmd: 'suback', granted: [] }),
}

/** What a class has from Error, or only while something happens. */
const OPTIONAL = { ErrorWithReasonCode: ['cause'], ErrorWithSubackPacket: ['cause'] }

for (const [name, instance] of Object.entries(INSTANCES)) {
  test(`every member that ${name} is declared to have is there`, () => {
    const missing = declared(name).filter(member => !(member in instance))
    assert.deepEqual(
      missing.filter(member => !OPTIONAL[name]?.includes(member)),
      [],
    )
  })

  test(`everything that ${name} can do is declared`, () => {
    const known = new Set([...declared(name), ...Object.getOwnPropertyNames(Error.prototype)])
    assert.deepEqual(
      defined(instance).filter(member => !known.has(member)),
      [],
    )
  })
}

test('the static members of MqttClient, and what easemob has', () => {
  for (const name of ['MqttClient', 'easemob']) {
    const missing = declared(name, { of: 'value' }).filter(member => !(member in mqtt[name]))
    assert.deepEqual(missing, [], name)
  }
  assert.deepEqual(Object.keys(mqtt.easemob).sort(), declared('easemob', { of: 'value' }))
})
