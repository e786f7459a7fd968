/** Every public member of MQTT.js's types is declared here, under the same name and as optional as there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { LIBRARIES } from './compile.mjs'

/** What is not there at run time either: docs/typescript.en.md has the reasons. */
const WITHOUT = new Set(['MqttClient.keepaliveManager', 'MqttClient.noop'])

const program = ts.createProgram(Object.values(LIBRARIES), { strict: true, skipLibCheck: true })
const checker = program.getTypeChecker()

/** The types that a file exports, by their names. */
function typesOf(file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file))
  const types = checker.getExportsOfModule(module).map(symbol => {
    const isAlias = symbol.flags & ts.SymbolFlags.Alias
    const meant = isAlias ? checker.getAliasedSymbol(symbol) : symbol
    return [
      symbol.name,
      meant.flags & ts.SymbolFlags.Type && checker.getDeclaredTypeOfSymbol(meant),
    ]
  })
  return new Map(types.filter(([name, type]) => type && name !== 'default'))
}

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected

/** The public properties of a type, without those of the arrays, functions and texts of JavaScript. */
function membersOf(type) {
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.Union)))
    return []
  return checker.getPropertiesOfType(type).filter(({ declarations = [] }) => {
    return declarations.every(declaration => {
      const isLibrary = program.isSourceFileDefaultLibrary(declaration.getSourceFile())
      return !isLibrary && !(ts.getCombinedModifierFlags(declaration) & HIDDEN)
    })
  })
}

const ours = typesOf(LIBRARIES.ours)
const theirs = typesOf(LIBRARIES['MQTT.js'])
/** Node's streams, which no mini-program has. */
theirs.delete('IStream')

const pairs = [...theirs].flatMap(([name, type]) => {
  return membersOf(type).map(member => {
    const own = ours.get(name) && checker.getPropertyOfType(ours.get(name), member.name)
    return { name: `${name}.${member.name}`, member, own }
  })
})

test('every member is declared', () => {
  assert.ok(pairs.length > 200, `${pairs.length} members were read`)
  const missing = pairs.filter(({ name, own }) => !own && !WITHOUT.has(name))
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
  )
})

test('the exceptions are exceptions', () => {
  const absent = pairs.filter(({ own }) => !own).map(({ name }) => name)
  assert.deepEqual([...WITHOUT].sort(), absent.sort())
})

test('what may be left out there may be left out here', () => {
  const isOptional = ({ flags }) => (flags & ts.SymbolFlags.Optional) !== 0
  const required = pairs.filter(({ member, own }) => own && isOptional(member) && !isOptional(own))
  assert.deepEqual(
    required.map(({ name }) => name),
    [],
  )
})
