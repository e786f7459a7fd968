/** Every name that the types of MQTT.js export is exported here, as a type or a value where it is one there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { Phone } from '../harness/phone.mjs'
import { LIBRARIES } from './compile.mjs'

/** What MQTT.js 4.3.8 exports besides; its own types are not installed. */
const OF_VERSION_4 = {
  values: ['Client'],
  types: [
    ...['Client', 'IClientOptions', 'IConnectPacket', 'IMessageIdProvider', 'IPacket'],
    ...['IPingreqPacket', 'IPingrespPacket', 'IPubackPacket', 'IPubcompPacket', 'IPubrecPacket'],
    ...['IPubrelPacket', 'IStoreOptions', 'IStream', 'ISubackPacket', 'ISubscribePacket'],
    ...['ISubscription', 'IUnsubackPacket', 'IUnsubscribePacket', 'PacketCmd', 'QoS'],
    ...['UserProperties'],
  ],
}

/** The exported names of a declaration file, by what they may be used as. */
function exportsOf(file) {
  const program = ts.createProgram([file], { types: [], skipLibCheck: true })
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(file))
  const symbols = checker.getExportsOfModule(module)
  const having = flag =>
    symbols
      .filter(symbol => flagsOf(checker, symbol) & flag)
      .map(({ name }) => name)
      .sort()
  return { values: having(ts.SymbolFlags.Value), types: having(ts.SymbolFlags.Type) }
}

function flagsOf(checker, symbol) {
  const isAlias = symbol.flags & ts.SymbolFlags.Alias
  return (isAlias ? checker.getAliasedSymbol(symbol) : symbol).flags
}

const ours = exportsOf(LIBRARIES.ours)
const theirs = exportsOf(LIBRARIES['MQTT.js'])
const missing = (kind, names) => names.filter(name => !ours[kind].includes(name))

test('every value and type of MQTT.js 5.16 has its name here', () => {
  assert.ok(theirs.values.length > 15 && theirs.types.length > 40, 'its types were read')
  assert.deepEqual(missing('values', theirs.values), [])
  assert.deepEqual(missing('types', theirs.types), [])
})

test('so has every value and type of MQTT.js 4', () => {
  assert.deepEqual(missing('values', OF_VERSION_4.values), [])
  assert.deepEqual(missing('types', OF_VERSION_4.types), [])
})

test('the values that are declared are the values that are there', () => {
  const { mqtt } = new Phone()
  assert.deepEqual(ours.values, Object.keys(mqtt).sort())
})
