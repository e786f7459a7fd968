/** The rooms of src/shim/: imports point downwards and never in a circle, and eslint says so. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import ts from 'typescript'
import { ROOMS } from '../../scripts/rooms.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SHIM = join(ROOT, 'src/shim')

/** Names of the files, relative to src/shim/, each with those that it imports. */
const imports = new Map(
  readdirSync(SHIM, { recursive: true })
    .filter(name => name.endsWith('.ts'))
    .map(name => [name, importsOf(name)]),
)

function importsOf(name) {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(SHIM, name), 'utf8'))
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? `${normalize(join(dirname(name), fileName))}.ts` : fileName,
  )
}

const order = ['index.ts', ...ROOMS.map(({ name }) => name), 'api.ts']

const roomOf = name => name.split('/')[0]

test('every folder of src/shim/ is a room, and every room is there', () => {
  const folders = readdirSync(SHIM, { withFileTypes: true }).filter(entry => entry.isDirectory())
  assert.deepEqual(folders.map(({ name }) => name).sort(), ROOMS.map(({ name }) => name).sort())
})

test('a room imports only itself and the rooms below it', () => {
  let checked = 0
  for (const [name, imported] of imports) {
    for (const other of imported.filter(file => file !== '#core')) {
      const [from, to] = [name, other].map(file => order.indexOf(roomOf(file)))
      assert.ok(name === 'api.d.ts' || (from >= 0 && to >= from), `${name} imports ${other}`)
      checked++
    }
  }
  assert.ok(checked > 100, `${checked} imports`)
})

test('no file imports itself by way of others', () => {
  const done = new Set()
  const visit = (name, path) => {
    assert.ok(!path.includes(name), [...path, name].join(' -> '))
    if (done.has(name)) return
    for (const other of imports.get(name) ?? []) visit(other, [...path, name])
    done.add(name)
  }
  for (const name of imports.keys()) visit(name, [])
})

const MISTAKES = {
  'an import of a room above': ['errors/x.ts', "import '../client/connection'", 'imports'],
  'an import of index.ts': ['client/x.ts', "import '../index'", 'imports'],
  'the core outside engine/': [
    'client/x.ts',
    "import { Core } from '#core'\nnew Core()",
    'imports',
  ],
  'the core in index.ts': ['index.ts', "import '#core'", 'imports'],
  'wx outside platform/': ['storage/x.ts', 'wx.getStorageInfoSync()', 'globals'],
  'WXWebAssembly outside platform/': ['engine/x.ts', 'WXWebAssembly', 'globals'],
  'a file of more than 400 lines': ['engine/x.ts', '\n'.repeat(400) + 'export {}\n', 'max-lines'],
  'a word that is retired': ['engine/x.ts', 'export const keeper = 1', 'denylist'],
}

for (const [name, [file, text, rule]] of Object.entries(MISTAKES)) {
  test(`eslint refuses ${name}`, async () => {
    const eslint = new ESLint({ cwd: ROOT })
    const [{ messages }] = await eslint.lintText(text, { filePath: join(SHIM, file) })
    assert.ok(
      messages.some(({ ruleId, severity }) => severity === 2 && ruleId.includes(rule)),
      JSON.stringify(messages),
    )
  })
}
