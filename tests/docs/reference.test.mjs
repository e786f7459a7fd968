/** docs/options and docs/api, in both languages: everything that index.d.ts declares, and nothing else. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import ts from 'typescript'
import { source } from '../harness/source.mjs'

const read = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const { OPTIONS, limitOf } = await source('options/table')
const declarations = ts.createSourceFile(
  'api.d.ts',
  read('src/shim/api.d.ts'),
  ts.ScriptTarget.ES2020,
  true,
)

/** Pages by their language, and the titles of their sections in the order of the Chinese page. */
const LANGUAGES = ['', '.en']

const SECTIONS = {
  exports: 0,
  methods: 1,
  properties: 2,
  events: 3,
  publish: 4,
  subscribe: 5,
  errors: 6,
  easemob: 7,
  types: 8,
}

/** The cells of the rows of a text; the first one without its backticks. */
function rowsOf(text) {
  const lines = text.match(/^\| `.*\|$/gm) ?? []
  return lines.map(line => {
    const cells = line.slice(2, -2).split(/ (?<!\\)\| /)
    return [cells[0].slice(1, -1), ...cells.slice(1).map(cell => cell.replaceAll('\\|', '|'))]
  })
}

function sectionOf(suffix, section) {
  return read(`docs/api${suffix}.md`)
    .split(/^## .*$/m)
    .slice(1)[SECTIONS[section]]
}

const nameOf = call => call.split('(')[0]
const namesIn = (suffix, section) =>
  rowsOf(sectionOf(suffix, section)).map(([call]) => nameOf(call))

/** The members of interfaces or classes, each once. */
function membersOf(...names) {
  const members = names.flatMap(name => {
    const found = declarations.statements.find(statement => statement.name?.text === name)
    return [...found.members]
  })
  return members.filter(({ name }) => name)
}

const isStatic = ({ modifiers }) =>
  modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false

const unique = list => [...new Set(list)].sort()
const declared = (...names) => unique(membersOf(...names).map(({ name }) => name.text))

/** Exported names: values in the first list of the namespace, types in the second. */
const [values, types] = declarations.statements
  .find(statement => ts.isModuleDeclaration(statement))
  .body.statements.map(({ exportClause }) => exportClause.elements.map(({ name }) => name.text))

for (const suffix of LANGUAGES) {
  const options = rowsOf(read(`docs/options${suffix}.md`))

  test(`options${suffix}.md has each option once`, () => {
    assert.deepEqual(
      options.map(([name]) => name).sort(),
      declared('IClientOptions', 'ISecureClientOptions'),
    )
  })

  test(`options${suffix}.md has the declared types, and a version`, () => {
    const typeOf = new Map(
      membersOf('IClientOptions', 'ISecureClientOptions').map(member => [
        member.name.text,
        member.type.getText(),
      ]),
    )
    for (const [name, type, , since] of options) {
      assert.equal(type, `\`${typeOf.get(name)}\``, name)
      assert.match(since, /^\d+\.\d+\.\d+$/, name)
    }
  })

  test(`options${suffix}.md has the defaults and limits that are in force`, () => {
    for (const [name, , fallback, , meaning] of options) {
      const value = OPTIONS[name]?.[0]
      const shown = typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
      assert.equal(fallback, value === undefined ? '–' : `\`${shown}\``, name)
      const most = OPTIONS[name] && limitOf(name)
      if (most <= 0xffff) assert.ok(meaning.includes(String(most)), `${name}: ${most}`)
      assert.ok(meaning.length > 2, `${name} is explained`)
    }
  })

  test(`api${suffix}.md has every export`, () => {
    assert.deepEqual(namesIn(suffix, 'exports').sort(), [...values].sort())
  })

  test(`api${suffix}.md has every type`, () => {
    const named = sectionOf(suffix, 'types').match(/(?<=`)\w+(?=`)/g)
    assert.deepEqual(named, types)
  })

  test(`api${suffix}.md has every method, with its arguments`, () => {
    const methods = membersOf('MqttClient').filter(m => ts.isMethodDeclaration(m) && !isStatic(m))
    const section = sectionOf(suffix, 'methods')
    const listed = section.match(/^`on\(.*$/m)[0].match(/(?<=`)[^`]+\)(?=`)/g)
    const calls = [...rowsOf(section).map(([call]) => call), ...listed]
    assert.deepEqual(calls.map(nameOf).sort(), unique(methods.map(({ name }) => name.text)))
    for (const call of calls) {
      const forms = methods.filter(({ name }) => name.text === nameOf(call)).map(shown)
      assert.ok(forms.includes(call), `${call}: ${forms}`)
    }
  })

  test(`api${suffix}.md has every property and event`, () => {
    const properties = membersOf('MqttClient').filter(m => ts.isPropertyDeclaration(m))
    const own = properties.filter(property => !isStatic(property))
    assert.deepEqual(namesIn(suffix, 'properties').sort(), unique(own.map(m => m.name.text)))
    assert.deepEqual(namesIn(suffix, 'events').sort(), declared('MqttClientEventCallbacks'))
  })

  test(`api${suffix}.md has every option of a call, every field of an error, all of easemob`, () => {
    const subscribe = declared('IClientSubscribeOptions', 'IClientSubscribeProperties')
    assert.deepEqual(namesIn(suffix, 'publish').sort(), declared('IClientPublishOptions'))
    assert.deepEqual(namesIn(suffix, 'subscribe').sort(), subscribe)
    assert.deepEqual(namesIn(suffix, 'errors').sort(), declared('MqttError'))
    assert.deepEqual(namesIn(suffix, 'easemob').sort(), declared('Easemob'))
  })
}

test('both languages have the same rows', () => {
  for (const page of ['options', 'api']) {
    const [chinese, english] = LANGUAGES.map(suffix => rowsOf(read(`docs/${page}${suffix}.md`)))
    assert.deepEqual(
      chinese.map(([name]) => name),
      english.map(([name]) => name),
    )
  }
})

/** A method as the pages write it. */
function shown({ name, parameters }) {
  const names = parameters.map(({ dotDotDotToken: rest, name }) => (rest ? '...' : '') + name.text)
  return `${name.text}(${names.join(', ')})`
}
