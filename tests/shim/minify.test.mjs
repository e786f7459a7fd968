/** What the build puts in front of the bundle, and what it leaves where it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inFront } from '../../scripts/minify.mjs'

const ordered = (...lines) =>
  inFront(['"use strict";', ...lines].join('\n'))
    .split('\n')
    .slice(1)

test('constants come first, then functions of one parameter and one expression, then the rest', () => {
  const bundle = ['var list = [];', 'function half(a) { return a / size; }', 'var size = 1 << 4;']
  assert.deepEqual(ordered(...bundle), [
    'var size = 1 << 4;',
    'var half = a => { return a / size; };',
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

test('a function stays a declaration if it is longer, has other parameters, or a this or arguments', () => {
  for (const body of ['{ a(); b(); }', '{ a(); }', '{}']) stays(`function f(a) ${body}`)
  for (const list of ['', 'a, b', 'a = 1', '...a', '{ a }', '[a]']) {
    stays(`function f(${list}) { return 1; }`)
  }
  stays('function f(a) { return this.a; }')
  stays('function f(a) { return arguments.length; }')
  stays('function f(a) { return () => this.a; }')
  stays('function* f(a) { return 1; }')
})

test('the this of an object or a class within a function is not its own', () => {
  for (const within of ['class { a() { return this.b; } }', '{ a() { return this.b; } }']) {
    assert.match(ordered(`function f(a) { return (${within}); }`)[0], /^var f = a =>/)
  }
})

test('a bundle that is not strict is refused', () => {
  assert.throws(() => inFront('var a = 1;'), /not strict/)
})

function stays(declaration) {
  assert.deepEqual(ordered('var a = [];', declaration), ['var a = [];', declaration])
}
