/** The bundler shortens the names of properties that are private to the shim, and no others. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import ts from 'typescript'
import { bundling } from '../../scripts/bundle.mjs'
import { PACKAGE, script } from '../harness/package.mjs'

/** What `wx` and servers know, of all that no declaration file of the package has. */
const OF_OTHERS = [
  ...['connectSocket', 'onOpen', 'onMessage', 'onError', 'onClose', 'send', 'close', 'protocols'],
  ...['header', 'timeout', 'success', 'fail', 'data', 'code', 'reason', 'errMsg', 'statusCode'],
  ...['request', 'method', 'url', 'isConnected', 'instantiate', 'instance', 'exports', 'memory'],
  ...['getStorageSync', 'setStorageSync', 'removeStorageSync', 'getStorageInfoSync', 'keys'],
  ...['cid', 'body', 'access_token', 'expires_in', 'appClientSecret', 'key', 'record'],
  ...['forgetViews', 'memoryGrown', '__wbg_set_wasm'],
  ...['next', 'value', 'done', 'return'],
]

/** All that the package declares: its exports, and the members of its types. */
function declaredNames() {
  const path = join(PACKAGE, 'index.d.ts')
  const names = []
  const visit = node => {
    if (node.name && !ts.isParameter(node)) names.push(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2020))
  return names
}

/** Local names are one or two letters long in what is compared, so that words are properties or texts. */
const wordsOf = text => new Set(text.replaceAll('\\n', ' ').match(/\w{3,}/g))

test('every name that others know is in the built file as it is in the sources', async () => {
  const options = { ...bundling('target/glue'), mangleProps: undefined, write: false }
  const { outputFiles } = await build(options)
  const inSources = wordsOf(outputFiles[0].text)
  const known = [...new Set([...OF_OTHERS, ...declaredNames()])].filter(name => inSources.has(name))
  assert.ok(known.length >= 200, `${known.length} names are compared`)
  const built = wordsOf(script)
  assert.deepEqual(
    known.filter(name => !built.has(name)),
    [],
  )
})

test('names that nobody else knows are shortened', () => {
  const built = wordsOf(script)
  for (const name of ['topicSlots', 'handlesMessages', 'settings', 'receiver']) {
    assert.ok(!built.has(name), name)
  }
})
