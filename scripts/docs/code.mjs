/**
 * Code blocks: JavaScript and TypeScript must parse, and where they use the library they must compile
 * against its declarations; JSON and WXML must parse, commands must exist. A block of any other
 * language says by the marker `unchecked` that nothing looks at it. The marker `fragment` is for the
 * members of an object literal.
 */
import { join } from 'node:path'
import { TmplGroup } from 'glass-easel-template-compiler'
import ts from 'typescript'
import { checkShell } from './commands.mjs'

const UNCHECKED = 'unchecked'

/** Languages without a grammar. */
const PLAIN = ['', 'text']

const CHECKS = { js: script, ts: script, json, wxml, sh: checkShell }

const LIBRARY = /\bmqtt\.\w|\bclient\.|mqtt-miniprogram'|mqtt\.min\.js'/

/**
 * The problems of all code blocks of the pages.
 *
 * @param {import('./page.mjs').Page[]} pages
 * @returns {Map<string, { line: number, text: string }[]>} by the path of the page
 */
export function checkCode(pages, root) {
  const problems = new Map(pages.map(({ path }) => [path, []]))
  const typed = []
  for (const { path, blocks } of pages) {
    for (const block of blocks) {
      if (block.marker === UNCHECKED || PLAIN.includes(block.language)) continue
      const check = CHECKS[block.language]
      const found = check
        ? check(block, root)
        : [{ line: block.line, text: `nothing checks "${block.language}": mark it ${UNCHECKED}` }]
      problems.get(path).push(...found)
      if (found.length === 0 && usesLibrary(block)) typed.push({ path, block })
    }
  }
  for (const { path, ...problem } of compile(typed, root)) problems.get(path).push(problem)
  return problems
}

/** Whether it is a program that uses the library: any other is only parsed. */
export function usesLibrary({ language, marker, text }) {
  return CHECKS[language] === script && !marker && LIBRARY.test(text)
}

function script({ line, language, marker, text }) {
  const source = marker === 'fragment' ? `({${text}\n})` : text
  const file = ts.createSourceFile(`block.${language}`, source, ts.ScriptTarget.Latest)
  // the first mistake explains the others
  return file.parseDiagnostics.slice(0, 1).map(({ start, messageText }) => ({
    line: line + 1 + file.getLineAndCharacterOfPosition(start).line,
    text: `does not parse: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  }))
}

function json({ line, text }) {
  try {
    JSON.parse(text)
    return []
  } catch (error) {
    return [{ line, text: `does not parse: ${error.message}` }]
  }
}

function wxml({ line, text }) {
  const group = new TmplGroup()
  try {
    return group
      .addTmpl('block', text)
      .map(warning => ({ line, text: `does not parse: ${warning}` }))
  } finally {
    group.free()
  }
}

const SETTINGS = {
  allowJs: true,
  checkJs: true,
  strict: true,
  // JavaScript says no types of parameters
  noImplicitAny: false,
  noImplicitThis: false,
  noEmit: true,
  target: ts.ScriptTarget.ES2020,
  lib: ['lib.es2020.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  types: [],
  skipLibCheck: true,
}

/** Each block as a module of its own, beside what the pages leave to their readers. */
function compile(typed, root) {
  if (typed.length === 0) return []
  const ambient = join(root, 'scripts/docs/ambient.d.ts')
  const blockOf = new Map(
    typed.map(({ path, block }, at) => [
      join(root, `block-${at}.${block.language}`),
      { path, block },
    ]),
  )
  const host = ts.createCompilerHost(SETTINGS)
  const { getSourceFile, fileExists, readFile } = host
  const textOf = name => blockOf.get(name)?.block.text
  host.fileExists = name => blockOf.has(name) || fileExists(name)
  host.readFile = name => textOf(name) ?? readFile(name)
  host.getSourceFile = (name, version) =>
    blockOf.has(name)
      ? ts.createSourceFile(name, textOf(name), version)
      : getSourceFile(name, version)
  host.resolveModuleNameLiterals = literals =>
    literals.map(({ text }) => ({ resolvedModule: moduleOf(text, root) }))
  const program = ts.createProgram([...blockOf.keys(), ambient], SETTINGS, host)
  const diagnostics = ts.getPreEmitDiagnostics(program).filter(one => !isOfPage(one))
  return diagnostics.map(({ file, start, code, messageText }) => {
    const text = `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    const { path, block } = blockOf.get(file?.fileName) ?? {}
    if (!path) throw new Error(`${file?.fileName}: ${text}`)
    const { line } = ts.getLineAndCharacterOfPosition(file, start)
    return { path, line: block.line + 1 + line, text }
  })
}

/** Pages and apps get members by assignment, which the types of WeChat do not know. */
function isOfPage({ file, start, code, messageText }) {
  const isThis = file?.text.startsWith('this.', start)
  const PROPERTY_DOES_NOT_EXIST = 2339
  const OBJECT_IS_POSSIBLY_UNDEFINED = 2532
  if (code === OBJECT_IS_POSSIBLY_UNDEFINED) return isThis
  return code === PROPERTY_DOES_NOT_EXIST && /on type 'Instance</.test(String(messageText))
}

/** Wherever a page has put the library. */
function moduleOf(name, root) {
  const declared = /mqtt\.fallback\.js$/.test(name)
    ? 'scripts/pkg/mqtt.fallback.d.ts'
    : /(^mqtt-miniprogram|mqtt\.min\.js)$/.test(name)
      ? 'src/shim/api.d.ts'
      : undefined
  if (!declared) return undefined
  return { resolvedFileName: join(root, declared), extension: ts.Extension.Dts }
}
