/** docs/compatibility.md and its English twin: nothing is left out, and every row has a test that exists. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import ts from 'typescript'
import { Phone } from '../harness/phone.mjs'

const read = path => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The rows of a section, by its title. */
function rows(section, page = 'compatibility.md') {
  const [, text] = read(`../../docs/${page}`).split(new RegExp(`^## ${section}$`, 'm'))
  const lines = text.split(/^## /m)[0].match(/^\| `.*$/gm)
  return lines.map(line => {
    const [name, verdict, why, proof] = line.slice(1, -1).split(' | ')
    return { name: name.trim().slice(1, -1), verdict, why, proof: proof.trim() }
  })
}

const declarations = ts.createSourceFile(
  'api',
  read('../../src/shim/api.d.ts'),
  ts.ScriptTarget.ES2020,
  true,
)

/** A class, an interface or a constant of the declarations. */
function declared(name) {
  for (const statement of declarations.statements) {
    if (statement.name?.text === name) return statement
    const [variable] = statement.declarationList?.declarations ?? []
    if (variable?.name.text === name) return variable
  }
  throw new Error(`${name} is not declared`)
}

const isNamed = member => member.name !== undefined && !ts.isConstructorDeclaration(member)

function members(name) {
  return [...declared(name).members].filter(isNamed)
}

const names = list => [...new Set(list.map(member => member.name.text))].sort()

const isStatic = member =>
  member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)

const SECTIONS = ['导出', '连接的形式', '选项', '方法', '属性', '事件', '发布与订阅的选项、消息']

/** The same sections and verdicts in the English page */
const ENGLISH = {
  sections: [
    'Exports',
    'Forms of connect',
    'Options',
    'Methods',
    'Properties',
    'Events',
    'Options of calls, and messages',
  ],
  verdicts: { 相同: 'same', 更好: 'better', 不适用: 'not applicable' },
}

const has = section => rows(section).map(({ name }) => name)

test('every export has a row', () => {
  assert.deepEqual(has('导出').sort(), Object.keys(new Phone().mqtt).sort())
})

test('every option has a row', () => {
  const options = ['IClientOptions', 'ISecureClientOptions'].flatMap(members)
  assert.deepEqual(has('选项').sort(), names(options))
})

test('every method has a row', () => {
  const methods = members('MqttClient').filter(m => ts.isMethodDeclaration(m) && !isStatic(m))
  assert.deepEqual(has('方法').sort(), names(methods))
})

test('every property has a row', () => {
  const properties = members('MqttClient').filter(m => !ts.isMethodDeclaration(m) || isStatic(m))
  const rest = has('属性').filter(name => name !== 'keepaliveManager') // of MQTT.js alone
  assert.deepEqual(rest.sort(), names(properties))
})

test('every event has a row', () => {
  assert.deepEqual(has('事件').sort(), names(members('MqttClientEventCallbacks')))
})

test('every row has a verdict, and one that differs a reason', () => {
  for (const section of SECTIONS) {
    for (const { name, verdict, why } of rows(section)) {
      assert.ok(['相同', '更好', '不适用'].includes(verdict), name)
      assert.ok(verdict !== '更好' || why.length > 5, `${name}: better in what?`)
    }
  }
})

test('the English page has the same rows, verdicts and tests', () => {
  SECTIONS.forEach((section, at) => {
    const english = rows(ENGLISH.sections[at], 'compatibility.en.md')
    const bare = list => list.map(({ name, verdict, proof }) => ({ name, verdict, proof }))
    const chinese = rows(section).map(row => ({ ...row, verdict: ENGLISH.verdicts[row.verdict] }))
    assert.deepEqual(bare(english), bare(chinese))
    for (const { name, verdict, why } of english) {
      assert.ok(verdict !== 'better' || why.length > 5, `${name}: better in what?`)
      assert.doesNotMatch(why, /[一-鿿]/, `${name}: one language a page`)
    }
  })
})

test('every row names a test that exists', () => {
  for (const section of SECTIONS) {
    for (const { name, proof } of rows(section)) {
      const [file, title] = proof.split(' › ')
      const titles = read(`./${file}.test.mjs`).matchAll(/test\(\s*(['"`])(.*?)\1,/gs)
      const found = [...titles].some(([, , known]) => known.endsWith(title))
      assert.ok(title && found, `${name}: ${proof}`)
    }
  }
})

test('every option, event, method and property is explained in Chinese', () => {
  const explained = ['IClientOptions', 'MqttClientEventCallbacks', 'MqttClient'].flatMap(name => {
    return members(name).filter(member => /[一-鿿]/.test(member.getFullText()))
  })
  const known = new Set(names(explained))
  const inherited = members('MqttClient').filter(({ name: { text } }) => EMITTER.test(text))
  const listed = ['IClientOptions', 'MqttClientEventCallbacks', 'MqttClient'].flatMap(members)
  const missing = names(listed).filter(name => !known.has(name) && !names(inherited).includes(name))
  assert.deepEqual(missing, [])
})

/** What Node's EventEmitter has is known to everybody. */
const EMITTER = /^(on|once|off|emit)$|listener|eventNames/i
