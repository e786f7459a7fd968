/** From the bundle, whose names are short already, to what is shipped: what the bundler leaves undone. */
import ts from 'typescript'
import { minify } from 'terser'

export async function minified(bundle) {
  const { code } = await minify(inFront(bundle), MINIFYING)
  return code
}

/**
 * The bundle in another order: constants first, then functions of one expression, as arrows, then all else. A
 * constant that is a number or a text, and a function that is not run yet, need nothing from above. A source has
 * them last, where Terser cannot know that a constant has its value whenever a function runs.
 *
 * An arrow is said in fewer bytes than a declaration; that it has no `this`, no `arguments` and no prototype must
 * make no difference. Longer functions stay declarations, because JavaScriptCore reads these faster.
 */
export function inFront(bundle) {
  const { statements } = ts.createSourceFile('bundle.js', bundle, ts.ScriptTarget.ES2015, true)
  const [first, ...others] = statements
  if (first?.getText() !== '"use strict";') throw new Error('the bundle is not strict')
  const constants = []
  const functions = []
  const rest = []
  for (const statement of others) {
    if (mayBeArrow(statement)) functions.push(arrow(statement))
    else if (ts.isVariableStatement(statement)) {
      const { declarations, flags } = statement.declarationList
      const kept = declarations.filter(one => !isConstant(one)).map(one => one.getText())
      constants.push(...declarations.filter(isConstant).map(one => one.getText()))
      if (kept.length) rest.push(`${keyword(flags)} ${kept.join()};`)
    } else rest.push(statement.getText())
  }
  const variables = [...constants, ...functions].map(one => `var ${one};`)
  return [first.getText(), ...variables, ...rest].join('\n')
}

function mayBeArrow(statement) {
  if (!ts.isFunctionDeclaration(statement) || statement.asteriskToken) return false
  if (ownThis(statement.body)) return false
  const [only, ...others] = statement.body.statements
  return !others.length && only?.kind === ts.SyntaxKind.ReturnStatement
}

function arrow({ name, parameters, body }) {
  const list = parameters.map(one => one.getText())
  return `${name.text} = (${list.join()}) => ${body.getText()}`
}

/** Whether code needs a `this` or `arguments` of its own function. */
function ownThis(node) {
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true
  if (ts.isIdentifier(node)) return node.text === 'arguments'
  const hasItsOwn = ts.isFunctionLike(node) && !ts.isArrowFunction(node)
  if (hasItsOwn || ts.isClassLike(node)) return false
  return ts.forEachChild(node, child => ownThis(child) || undefined) ?? false
}

/** A variable that begins as a number or a text. */
function isConstant({ name, initializer }) {
  return ts.isIdentifier(name) && initializer !== undefined && isLiteral(initializer)
}

function isLiteral(node) {
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand)
  if (ts.isBinaryExpression(node)) return isLiteral(node.left) && isLiteral(node.right)
  return ts.isNumericLiteral(node) || ts.isStringLiteralLike(node)
}

function keyword(flags) {
  if (flags & ts.NodeFlags.Const) return 'const'
  return flags & ts.NodeFlags.Let ? 'let' : 'var'
}

/**
 * - `hoist_funs`: with functions in front, the variables around them share one declaration.
 * - `pure_getters`: no getter of the shim has an effect, so that a value which is read may move to its use.
 * - `reduce_funcs`: a function that is called in one place stays a function: as an expression there, it would
 *   be made anew at each call.
 * - `unsafe_arrows`: nobody uses a function expression of the shim as a class.
 */
export const MINIFYING = {
  compress: {
    hoist_funs: true,
    passes: 3,
    pure_getters: true,
    reduce_funcs: false,
    unsafe_arrows: true,
  },
  ecma: 2015,
  mangle: false,
  toplevel: true,
}
