/**
 * Drops the zero that a variable begins with, as it does in a module, where an assignment comes before all else
 * that is done with the variable.
 */
import ts from 'typescript'
import { each, isAssignment, parsed, without } from './javascript.mjs'

/** `text` is what wasm2js wrote. */
export function dropInitialValues(text) {
  const cuts = []
  each(parsed(text), node => {
    if (!ts.isFunctionDeclaration(node) || node.name.text !== 'asmFunc') return
    for (const fn of node.body.statements.filter(ts.isFunctionDeclaration)) cuts.push(...cutsIn(fn))
  })
  return without(text, cuts)
}

function cutsIn(fn) {
  const declared = new Map()
  const uses = new Map()
  const visit = node => {
    if (ts.isVariableDeclaration(node) && node.initializer?.getText() === '0')
      declared.set(node.name.text, node)
    else if (ts.isIdentifier(node) && declared.has(node.text)) {
      if (!uses.has(node.text)) uses.set(node.text, [])
      uses.get(node.text).push(node)
    }
    if (!ts.isVariableDeclaration(node)) ts.forEachChild(node, visit)
  }
  visit(fn.body)
  return [...uses]
    .filter(([, all]) => comesFirst(all))
    .map(([name]) => [declared.get(name).name.getEnd(), declared.get(name).getEnd()])
}

/**
 * Whether the first use in the text is an assignment that is made whenever its list of statements is run up to
 * there, and all others are in the rest of that list: nothing jumps into the middle of a list.
 */
function comesFirst([first, ...others]) {
  const assignment = first.parent
  if (!isAssignment(assignment) || assignment.left !== first) return false
  const inside = (node, whole) => node.pos >= whole.pos && node.end <= whole.end
  if (others.some(node => inside(node, assignment.right))) return false
  let node = assignment
  while (!isStatementOf(node, node.parent)) {
    if (!isAlways(node, node.parent)) return false
    node = node.parent
  }
  const list = node.parent
  return others.every(other => other.pos >= assignment.end && inside(other, list))
}

function isStatementOf(node, parent) {
  return parent.statements !== undefined && parent.statements.includes(node)
}

/** Whether the part of an expression or a statement is evaluated whenever the whole is */
function isAlways(node, parent) {
  if (ts.isConditionalExpression(parent) || ts.isIfStatement(parent))
    return node === (parent.condition ?? parent.expression)
  if (ts.isBinaryExpression(parent))
    return node === parent.left || !SHORT.has(parent.operatorToken.kind)
  return (
    ts.isParenthesizedExpression(parent) ||
    ts.isExpressionStatement(parent) ||
    ts.isReturnStatement(parent) ||
    ts.isSwitchStatement(parent) ||
    ts.isCallExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isPrefixUnaryExpression(parent)
  )
}

const SHORT = new Set([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken])
