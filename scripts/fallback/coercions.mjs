/**
 * Drops what wasm2js writes so that each value is a 32-bit integer where it is one already: `(x | 0) == 1`,
 * `HEAP8[p + 5 | 0]`. Which variable always holds one follows from all that is assigned to it, or passed for it.
 *
 * What crosses to JavaScript keeps its coercion, there a boolean is no number.
 */
import ts from 'typescript'
import { each, isAssignment, parsed, without } from './javascript.mjs'
import { INTEGER, isInteger, isZero, rangeOf, valueOf } from './ranges.mjs'

/** `text` is what wasm2js wrote. */
export function dropCoercions(text) {
  const program = programOf(text)
  const unsigned = new Set()
  while (narrowed(program, unsigned));
  findFrames(program)
  const cuts = [...unsigned].map(node => [node.left.getEnd(), node.getEnd()])
  for (const fn of program.functions.values()) {
    each(fn.node.body, node => {
      if (isCoercion(node) && isNeedless(node, fn, program)) cuts.push(cutOf(node))
    })
  }
  return without(text, cuts)
}

/**
 * Functions by name, with the range of each variable and of the result, and the ranges of the variables around
 * them; undefined is a range that is not known to be one of integers. Each begins as known.
 */
function programOf(text) {
  let body
  each(parsed(text), node => {
    if (ts.isFunctionDeclaration(node) && node.name.text === 'asmFunc') ({ body } = node)
  })
  const functions = new Map()
  const globals = new Map()
  for (const statement of body.statements) {
    if (ts.isFunctionDeclaration(statement)) functions.set(statement.name.text, read(statement))
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations)
      if (ts.isNumericLiteral(initializer)) globals.set(name.text, INTEGER)
  }
  globals.set(STACK_POINTER, STACK)
  each(body, node => {
    if (ts.isPropertyAssignment(node) && functions.has(node.initializer.text))
      functions.get(node.initializer.text).exported = true
    if (ts.isArrayLiteralExpression(node))
      for (const { text: name } of node.elements)
        if (functions.has(name)) functions.get(name).inTable = true
  })
  for (const fn of functions.values()) if (fn.exported) forgetParameters(fn)
  return { functions, globals, inTable: [...functions.values()].filter(fn => fn.inTable) }
}

function read(node) {
  const parameters = node.parameters.map(({ name }) => name.text)
  const variables = new Map(parameters.map(name => [name, INTEGER]))
  each(node.body, inner => {
    if (ts.isVariableDeclaration(inner)) variables.set(inner.name.text, INTEGER)
  })
  return { node, parameters, variables, result: INTEGER, entry: new Set() }
}

/** JavaScript may pass anything for those that are not coerced at the entry. */
function forgetParameters(fn) {
  for (const statement of fn.node.body.statements) {
    if (ts.isVariableStatement(statement)) continue
    const { expression } = statement
    if (!expression || !isCoercionOfItself(expression.right)) break
    fn.entry.add(expression.left.text)
  }
  for (const name of fn.parameters) if (!fn.entry.has(name)) fn.variables.set(name, undefined)
}

/** One round: whether something turned out to be unknown. */
function narrowed(program, unsigned) {
  let changed = false
  const check = (ranges, key, node, scope) => {
    if (!ranges.get(key) || !node || isInteger(valueOf(node, scope, unsigned))) return
    ranges.set(key, undefined)
    changed = true
  }
  for (const fn of program.functions.values()) {
    const scope = scopeOf(fn, program)
    each(fn.node.body, node => {
      if (ts.isVariableDeclaration(node))
        check(fn.variables, node.name.text, node.initializer, scope)
      if (isAssignment(node) && ts.isIdentifier(node.left) && node.left.text !== STACK_POINTER) {
        const { text } = node.left
        check(fn.variables.has(text) ? fn.variables : program.globals, text, node.right, scope)
      }
      if (ts.isCallExpression(node))
        for (const called of calledBy(node, program))
          for (const [at, name] of called.parameters.entries())
            check(called.variables, name, node.arguments[at], scope)
      if (ts.isReturnStatement(node) && node.expression && fn.result)
        if (!isInteger(valueOf(node.expression, scope, unsigned))) {
          fn.result = undefined
          changed = true
        }
    })
  }
  return changed
}

/** Through the table any function of it may be called. */
function calledBy({ expression }, { functions, inTable }) {
  if (ts.isElementAccessExpression(expression)) return inTable
  const called = functions.get(expression.getText())
  return called ? [called] : []
}

/** Variables that are all their life an address in the stack, the lowest of addresses: such sums are small. */
function findFrames({ functions }) {
  for (const { node, parameters, variables } of functions.values()) {
    const others = new Set(parameters)
    const frames = new Set()
    each(node.body, inner => {
      if (!isAssignment(inner)) return
      const isFrame = /^global\$0 - \d+ \| 0$/.test(inner.right.getText())
      ;(isFrame ? frames : others).add(inner.left.getText())
    })
    for (const name of frames)
      if (!others.has(name) && variables.has(name)) variables.set(name, STACK)
  }
}

function isNeedless(node, fn, program) {
  const { left, parent } = node
  if (isEntry(node, fn) || crosses(node, fn, program)) return false
  if (isInteger(rangeOf(left, scopeOf(fn, program)))) return true
  // sums that are addresses do not overflow
  return ts.isElementAccessExpression(parent) && /^HEAPU?8$/.test(parent.expression.getText())
}

function isEntry({ left, parent }, fn) {
  return isAssignment(parent) && fn.entry.has(left.text) && parent.left.getText() === left.text
}

/** To JavaScript: results of exports, and arguments of imports */
function crosses({ parent }, fn, { functions }) {
  if (ts.isReturnStatement(parent)) return fn.exported
  return (
    ts.isCallExpression(parent) &&
    !functions.has(parent.expression.getText()) &&
    !ts.isElementAccessExpression(parent.expression)
  )
}

/** `x = x | 0` goes as a whole. */
function cutOf(node) {
  if (isCoercionOfItself(node)) return [node.parent.getStart(), node.parent.getEnd()]
  return [node.left.getEnd(), node.getEnd()]
}

function scopeOf(fn, { functions, globals }) {
  return {
    variable: name => (fn.variables.has(name) ? fn.variables.get(name) : globals.get(name)),
    result: name => functions.get(name)?.result,
  }
}

function isCoercion(node) {
  return (
    node !== undefined &&
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.BarToken &&
    isZero(node.right)
  )
}

function isCoercionOfItself(node) {
  if (!isCoercion(node) || !ts.isIdentifier(node.left) || !isAssignment(node.parent)) return false
  return node.parent.left.getText() === node.left.text
}

const STACK_POINTER = 'global$0'

/** Bytes; the stack has 64 KiB, and the memory begins with it. */
const STACK = [-65_536, 131_072]
