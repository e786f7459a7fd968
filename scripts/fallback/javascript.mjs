/** What those who shorten the translated text share: its syntax tree, and taking parts out of the text. */
import ts from 'typescript'

export function parsed(text) {
  return ts.createSourceFile('fallback.js', text, ts.ScriptTarget.ES2015, true, ts.ScriptKind.JS)
}

/** The node, and all that is in it */
export function each(node, visit) {
  visit(node)
  ts.forEachChild(node, child => each(child, visit))
}

export function isAssignment(node) {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken
}

/** The text without its parts from `start` to `end`; they do not overlap. */
export function without(text, parts) {
  const sorted = [...parts].sort(([a], [b]) => a - b)
  const starts = [0, ...sorted.map(([, end]) => end)]
  return starts.map((start, at) => text.slice(start, sorted[at]?.[0])).join('')
}
