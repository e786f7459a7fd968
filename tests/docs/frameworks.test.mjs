/** The settings of docs/frameworks are those that `./build.sh frameworks` builds with. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'
import { ROOT } from '../../scripts/docs.mjs'
import { usesLibrary } from '../../scripts/docs/code.mjs'
import { parsePage } from '../../scripts/docs/page.mjs'

const BUILT = [
  'taro/react/config/index.js',
  'taro/vue/config/index.js',
  'taro/npm/config/index.js',
  'uni-app/vite.config.js',
].map(path => settingsIn(readFileSync(join(ROOT, 'tests/frameworks', path), 'utf8')))

for (const page of ['docs/frameworks.md', 'docs/frameworks.en.md']) {
  const { blocks } = parsePage(page, readFileSync(join(ROOT, page), 'utf8'))
  const settings = blocks.filter(block => block.language === 'js' && !usesLibrary(block))
  assert.ok(settings.length > 3, page)
  for (const { line, marker, text } of settings) {
    test(`${page}:${line} is built`, () => {
      const shown = settingsIn(marker === 'fragment' ? `({${text}})` : text)
      assert.ok(shown.size > 0)
      const isBuilt = BUILT.some(built =>
        [...shown].every(([name, value]) => built.get(name) === value),
      )
      assert.ok(isBuilt, text)
    })
  }
}

/** The members of the first object literal: their values by their names, without layout and comments. */
function settingsIn(text) {
  const file = ts.createSourceFile('settings.js', text, ts.ScriptTarget.Latest, true)
  const printer = ts.createPrinter({ removeComments: true })
  const { properties } = firstObject(file)
  return new Map(
    properties.map(property => {
      const value = printer.printNode(ts.EmitHint.Unspecified, property.initializer, file)
      return [property.name.text, value.replace(/\s+/g, '').replace(/,(?=[}\]])/g, '')]
    }),
  )
}

function firstObject(node) {
  return ts.isObjectLiteralExpression(node) ? node : ts.forEachChild(node, firstObject)
}
