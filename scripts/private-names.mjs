/**
 * The property names that only the shim itself uses, which the bundler may shorten: those that its
 * classes and interfaces declare, but for every name that anybody else knows. These are the names in
 * `api.d.ts`, in JavaScript's own library and in the typings of `wx`, and those that the shim has as text
 * somewhere, since text is not shortened along.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const SHIM = 'src/shim'
const PUBLIC = join(SHIM, 'api.d.ts')

/** Names that leave the bundle without being in a declaration: to token servers, the fallback, and stores. */
const WIRE = ['access_token', 'expires_in', 'memoryGrown', 'record']

/** `glue` is the folder of the module's declarations. */
export function privateNames(glue) {
  const files = readdirSync(SHIM, { recursive: true })
    .filter(name => name.endsWith('.ts') && name !== 'api.d.ts')
    .map(name => join(SHIM, name))
  const declared = new Set()
  const known = new Set(WIRE)
  for (const file of files.concat(join(glue, 'mqtt.d.ts'))) {
    walk(parse(file), node => {
      if (isMember(node)) declared.add(node.name.text)
      if (ts.isStringLiteralLike(node)) known.add(node.text)
    })
  }
  for (const file of [PUBLIC, ...libraries(), ...wechat()]) {
    walk(parse(file), node => {
      if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) known.add(node.text)
    })
  }
  // what begins with two underscores belongs to wasm-bindgen
  return [...declared].filter(name => !known.has(name) && !name.startsWith('__')).sort()
}

function parse(file) {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2020, true)
}

function walk(node, visit) {
  visit(node)
  ts.forEachChild(node, child => walk(child, visit))
}

/** A member of a class or an interface, with a name that is no text; or one that a constructor declares. */
function isMember(node) {
  const isDeclared =
    ts.isClassElement(node) ||
    ts.isTypeElement(node) ||
    (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent))
  return isDeclared && node.name !== undefined && ts.isIdentifier(node.name)
}

/** The declarations of JavaScript's library. */
function libraries() {
  const folder = dirname(createRequire(import.meta.url).resolve('typescript'))
  const names = readdirSync(folder).filter(name => /^lib\.(es\d+|decorators).*\.d\.ts$/.test(name))
  return names.map(name => join(folder, name))
}

function wechat() {
  const folder = 'node_modules/miniprogram-api-typings/types/wx'
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(name => name.endsWith('.d.ts'))
}
