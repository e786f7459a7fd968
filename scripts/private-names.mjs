/**
 * The property names that only the shim itself uses, which the bundler may shorten: those that its classes
 * and interfaces declare, but for every name that anybody else knows. The type checker says who that is:
 * each use of a property is traced to its declaration, and a name that is ever declared outside the shim (in
 * `api.d.ts`, in the typings of `wx` or in JavaScript's library) or not at all is kept as it is. The bundler
 * knows properties by name alone, so one public use of a name keeps all of its uses.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'

const SHIM = resolve('src/shim')
const PUBLIC = join(SHIM, 'api.d.ts')

/** Names that leave the bundle without being in a declaration: to token servers, the fallback, and stores. */
const WIRE = ['access_token', 'expires_in', 'memoryGrown', 'record']

/** `glue` is the folder of the module's glue and its declarations. */
export function privateNames(glue) {
  const program = programOf(join(glue, 'mqtt.d.ts'))
  const checker = program.getTypeChecker()
  const { own, foreign } = glueNames(glue, program)
  const declared = new Set(own)
  const known = new Set([...WIRE, ...publicNames(program), ...foreign])
  for (const file of program.getSourceFiles()) {
    if (!isPrivate(file)) continue
    walk(file, node => {
      if (isMember(node)) declared.add(node.name.text)
      for (const name of foreignNames(node, checker)) known.add(name)
    })
  }
  return [...declared].filter(name => !known.has(name)).sort()
}

/** The shim with the types that it is checked with. */
function programOf(glueTypes) {
  const { config } = ts.readConfigFile('tsconfig.json', path => readFileSync(path, 'utf8'))
  config.compilerOptions.paths['#core'] = [resolve(glueTypes)]
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd())
  return ts.createProgram([...fileNames, resolve(glueTypes)], options)
}

/** All that `api.d.ts` declares but the parameters of its functions. */
function publicNames(program) {
  const names = []
  walk(program.getSourceFile(PUBLIC), node => {
    if (ts.isStringLiteralLike(node)) names.push(node.text)
    else if (isNamed(node) && !ts.isParameter(node)) names.push(node.name.text)
  })
  return names
}

/** The properties in the glue: its own of its classes, and those of JavaScript's library. */
function glueNames(glue, program) {
  const library = new Set()
  for (const file of program.getSourceFiles()) {
    if (!program.isSourceFileDefaultLibrary(file)) continue
    walk(file, node => {
      if (isMember(node)) library.add(node.name.text)
    })
  }
  const own = []
  const foreign = []
  const path = join(glue, 'mqtt_bg.js')
  const source = readFileSync(path, 'utf8')
  walk(ts.createSourceFile(path, source, ts.ScriptTarget.ES2020, true), node => {
    if (!ts.isPropertyAccessExpression(node)) return
    const name = node.name.text
    if (library.has(name)) foreign.push(name)
    else if (node.expression.kind === ts.SyntaxKind.ThisKeyword) own.push(name)
  })
  return { own, foreign }
}

/** The names by which a node of the shim uses properties that are not the shim's own. */
function foreignNames(node, checker) {
  // text may be the name of a property, and is not shortened along
  if (ts.isStringLiteralLike(node)) return ts.isLiteralTypeNode(node.parent) ? [] : [node.text]
  // what is asserted to be of a type comes from outside
  if (ts.isAsExpression(node)) return recordNames(checker.getTypeFromTypeNode(node.type))
  if (ts.isTypeLiteralNode(node)) return node.members.filter(isMember).map(({ name }) => name.text)
  if (ts.isPropertyAccessExpression(node)) {
    return isOwn(checker.getSymbolAtLocation(node.name)) ? [] : [node.name.text]
  }
  if (ts.isObjectLiteralExpression(node)) {
    const type = checker.getContextualType(node)
    return foreignOf(node.properties.filter(isNamed), type)
  }
  if (ts.isObjectBindingPattern(node)) {
    const elements = node.elements.map(one => ({ name: one.propertyName ?? one.name }))
    return foreignOf(elements.filter(isNamed), checker.getTypeAtLocation(node))
  }
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) {
    const bases = (node.heritageClauses ?? []).flatMap(({ types }) => types)
    const own = node.members.filter(isNamed)
    return bases.flatMap(base => {
      const type = checker.getTypeAtLocation(base)
      return own.map(({ name }) => name.text).filter(name => isForeign(type.getProperty(name)))
    })
  }
  return []
}

/** Of these properties those that the type does not have from the shim. */
function foreignOf(properties, type) {
  const types = type?.isUnion() ? type.types : [type]
  return properties
    .map(({ name }) => name.text)
    .filter(name => {
      const symbols = types.map(one => one?.getProperty(name)).filter(Boolean)
      return !symbols.length || symbols.some(isForeign)
    })
}

/** The members of an interface or a type literal, but not of a class: an object of one was made by the shim. */
function recordNames(type) {
  if (type.isUnionOrIntersection()) return type.types.flatMap(recordNames)
  if (type.isClass()) return []
  return type.getProperties().map(({ name }) => name)
}

function isForeign(symbol) {
  return symbol !== undefined && !isOwn(symbol)
}

/** Whether a property is declared in the shim, or in the glue, alone: as a member, and not just by a value. */
function isOwn(symbol) {
  const declarations = symbol?.declarations ?? []
  return (
    declarations.length > 0 &&
    declarations.every(node => isMember(node) && isPrivate(node.getSourceFile()))
  )
}

function isPrivate({ fileName }) {
  return (
    fileName !== PUBLIC &&
    (dirname(fileName) === SHIM ||
      fileName.startsWith(`${SHIM}/`) ||
      fileName.endsWith('/mqtt.d.ts'))
  )
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
  return isDeclared && isNamed(node)
}

function isNamed({ name }) {
  return name?.kind === ts.SyntaxKind.Identifier
}
