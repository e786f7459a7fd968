/** What the build puts in front of the bundle, and what it leaves where it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inFront } from '../../scripts/minify.mjs'

const ordered = (...lines) =>
  inFront(['"use strict";', ...lines].join('\n'))
    .split('\n')
    .slice(1)

test('constants come first, then functions of one expression, then the rest in its order', () => {
  const bundle = ['var list = [];', 'function half(a) { return a / size; }', 'var size = 1 << 4;']
  assert.deepEqual(ordered(...bundle), [
    'var size = 1 << 4;',
    'var half = (a) => { return a / size; };',
    'var list = [];',
  ])
})

test('a declaration may have both kinds of variables', () => {
  assert.deepEqual(ordered('let a = -1, b = call(), c = "text", d;'), [
    'var a = -1;',
    'var c = "text";',
    'let b = call(),d;',
  ])
})

test('a function stays a declaration if it is longer, or has a this or arguments of its own', () => {
  for (const body of ['{ a(); b(); }', '{ a(); }', '{}']) stays(`function f() ${body}`)
  stays('function f() { return this.a; }')
  stays('function f() { return arguments.length; }')
  stays('function f() { return () => this.a; }')
  stays('function* f() { return 1; }')
})

test('the this of an object or a class within a function is not its own', () => {
  for (const within of ['class { a() { return this.b; } }', '{ a() { return this.b; } }']) {
    assert.match(ordered(`function f() { return (${within}); }`)[0], /^var f = \(\) =>/)
  }
})

test('a bundle that is not strict is refused', () => {
  assert.throws(() => inFront('var a = 1;'), /not strict/)
})

function stays(declaration) {
  assert.deepEqual(ordered('var a = [];', declaration), ['var a = [];', declaration])
}
