/** Between which integers the value of an expression of wasm2js is; undefined where it may be another number. */
import ts from 'typescript'

/** A range within which `| 0` changes nothing */
export const INTEGER = [-(2 ** 31), 2 ** 31 - 1]

export function isInteger(range) {
  return range !== undefined && range[0] >= INTEGER[0] && range[1] <= INTEGER[1]
}

/** `scope` knows the ranges of variables, and of what functions return. */
export function rangeOf(node, scope) {
  if (ts.isParenthesizedExpression(node)) return rangeOf(node.expression, scope)
  if (ts.isNumericLiteral(node)) return literal(node)
  if (ts.isIdentifier(node)) return scope.variable(node.text)
  if (ts.isElementAccessExpression(node)) return VIEWS[node.expression.getText()]
  if (ts.isConditionalExpression(node))
    return union(rangeOf(node.whenTrue, scope), rangeOf(node.whenFalse, scope))
  if (ts.isCallExpression(node)) {
    const name = node.expression.getText()
    return CALLS[name] ?? scope.result(name)
  }
  if (ts.isPrefixUnaryExpression(node)) return ofUnary(node)
  return ts.isBinaryExpression(node) ? ofBinary(node, scope) : undefined
}

/**
 * The range of what is assigned or passed on. There, `~~x >>> 0` is as good as `~~x`: no variable is taken for
 * unsigned without being made so again. Those go into `unsigned`.
 */
export function valueOf(node, scope, unsigned) {
  const value = inner => valueOf(inner, scope, unsigned)
  if (ts.isParenthesizedExpression(node)) return value(node.expression)
  if (ts.isConditionalExpression(node)) return union(value(node.whenTrue), value(node.whenFalse))
  if (!ts.isBinaryExpression(node)) return rangeOf(node, scope)
  const { kind } = node.operatorToken
  if (kind === K.EqualsToken || kind === K.CommaToken) return value(node.right)
  if (kind !== K.GreaterThanGreaterThanGreaterThanToken || !isZero(node.right))
    return rangeOf(node, scope)
  if (!ts.isPrefixUnaryExpression(node.left) || node.left.operator !== K.TildeToken)
    return rangeOf(node, scope)
  unsigned.add(node)
  return INTEGER
}

export function isZero(node) {
  return ts.isNumericLiteral(node) && node.getText() === '0'
}

function literal(node) {
  const text = node.getText()
  return text.includes('.') ? undefined : [Number(text), Number(text)]
}

function ofUnary({ operator, operand }) {
  if (operator === K.TildeToken) return INTEGER
  if (operator === K.ExclamationToken) return BOOLEAN
  if (operator !== K.MinusToken || !ts.isNumericLiteral(operand)) return undefined
  const range = literal(operand)
  return range && [-range[1], -range[0]]
}

function ofBinary({ left, operatorToken: { kind }, right }, scope) {
  if (COMPARISONS.has(kind)) return BOOLEAN
  if (kind === K.EqualsToken || kind === K.CommaToken) return rangeOf(right, scope)
  const [a, b] = [rangeOf(left, scope), rangeOf(right, scope)]
  switch (kind) {
    case K.PlusToken:
      return a && b && [a[0] + b[0], a[1] + b[1]]
    case K.MinusToken:
      return a && b && [a[0] - b[1], a[1] - b[0]]
    case K.AmpersandToken: {
      const mask = [a, b].find(range => isInteger(range) && range[0] >= 0)
      return mask ? [0, mask[1]] : INTEGER
    }
    case K.BarToken:
      return isZero(right) && isInteger(a) ? a : INTEGER
    case K.CaretToken:
    case K.LessThanLessThanToken:
    case K.GreaterThanGreaterThanToken:
      return INTEGER
    case K.GreaterThanGreaterThanGreaterThanToken:
      return [0, 2 ** (ts.isNumericLiteral(right) ? 32 - (Number(right.text) & 31) : 32) - 1]
    default:
      return undefined
  }
}

function union(a, b) {
  return a && b && [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}

const K = ts.SyntaxKind

const BOOLEAN = [0, 1]

const COMPARISONS = new Set([
  K.EqualsEqualsToken,
  K.ExclamationEqualsToken,
  K.LessThanToken,
  K.LessThanEqualsToken,
  K.GreaterThanToken,
  K.GreaterThanEqualsToken,
])

const CALLS = { Math_imul: INTEGER, Math_clz32: [0, 32] }

const VIEWS = {
  HEAP8: [-128, 127],
  HEAPU8: [0, 255],
  HEAP16: [-32_768, 32_767],
  HEAPU16: [0, 65_535],
  HEAP32: INTEGER,
  HEAPU32: [0, 2 ** 32 - 1],
}
