/**
 * Compiles a mini-program's folder for the simulator: WXML to glass-easel templates, WXSS to CSS,
 * each JavaScript file to a module in the wrapper that WeChat puts around it. The files themselves
 * are not touched. What the simulator does not know is an error, not a guess.
 */
import { readFileSync, readdirSync, mkdirSync, rmSync, copyFileSync, writeFileSync } from 'node:fs'
import { basename, join, posix, relative, sep } from 'node:path'
import { createRequire } from 'node:module'
import esbuild from 'esbuild'
import { compileStyle } from './wxss.js'
import { inspect } from './wxml.js'

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

const HERE = import.meta.dirname

/** Names that WeChat makes undefined in every module, and those of a phone's missing globals. */
const SHADOWED = [
  ...['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage', 'history'],
  ...['Caches', 'screen', 'alert', 'confirm', 'prompt', 'XMLHttpRequest', 'WebSocket', 'Reporter'],
  ...['webkit', 'WeixinJSCore', 'globalThis', 'global'],
]

/**
 * @param {{root: string, out: string, replaced?: Record<string, string>}} options `replaced` has the
 *   texts of files of the mini-program that are to be taken in place of theirs, by path
 */
export async function buildMiniprogram({ root, out, replaced = {} }) {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
  const sources = {
    files,
    read: path => replaced[path] ?? readFileSync(join(root, path), 'utf8'),
    has: path => files.includes(path),
    path: file => join(root, file),
  }
  const appJson = JSON.parse(sources.read('app.json'))
  const parts = await compileParts(appJson, sources)
  const groups = compileTemplates(parts, sources)
  const json = Object.fromEntries(Object.entries(parts).map(([path, part]) => [path, part.json]))
  const themes = appJson.themeLocation && JSON.parse(sources.read(appJson.themeLocation))

  const view = { appJson, json, themes }
  writeFileSync(join(out, 'app-view.js'), `self.__wxView = ${JSON.stringify(view)}\n`)
  const built = `self.__wxBuilt = ${JSON.stringify({ appJson, parts })}\n`
  const modules = await Promise.all(
    files.filter(path => path.endsWith('.js')).map(path => wrapModule(path, sources.read(path))),
  )
  const service = [built, `self.__wxBuilt.groups = ${groups}\n`, ...modules]
  writeFileSync(join(out, 'app-service.js'), service.join(''))

  for (const { path, contents } of await (simulator ??= bundleSimulator())) {
    writeFileSync(join(out, basename(path)), contents)
  }
  for (const file of ['app.html', 'view.css', 'overlay.css']) {
    copyFileSync(join(HERE, file), join(out, file))
  }
}

/** The simulator itself, which is the same for every mini-program. */
let simulator

async function bundleSimulator() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(HERE, 'view.js'), join(HERE, 'service.js')],
    outdir: HERE,
    write: false,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'warning',
  })
  return outputFiles
}

/** The app, its pages, and the components that they use: by path, without an extension. */
async function compileParts(appJson, { read, has, path: inRoot }) {
  const parts = {}
  const add = async (path, isComponent) => {
    const json = path !== 'app' && has(`${path}.json`) ? JSON.parse(read(`${path}.json`)) : {}
    if (isComponent && !json.component) throw new Error(`${path}.json: "component" is not true`)
    if (parts[path]) return
    const using = usedComponents(path, { ...appJson.usingComponents, ...json.usingComponents })
    const scope = isComponent ? path.replaceAll('/', '-') : undefined
    const style = `${path}.wxss`
    const css = has(style) ? await compileStyle(inRoot(style), { read, scope }) : ''
    const absolute = Object.entries(using).map(([tag, used]) => [tag, `/${used}`])
    parts[path] = { json, css, scope, handlers: [] }
    parts[path].json.usingComponents = Object.fromEntries(absolute)
    parts[path].uses = path === 'app' ? [] : Object.values(using)
    for (const used of parts[path].uses) await add(used, true)
  }
  await add('app', false)
  for (const page of appJson.pages) await add(page, false)
  return parts
}

/** Tag to path in the package. */
function usedComponents(from, using = {}) {
  const resolve = path =>
    path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(from), path)
  return Object.fromEntries(Object.entries(using).map(([tag, path]) => [tag, resolve(path)]))
}

/** Returns the code of the templates, and leaves in the parts which methods they need. */
function compileTemplates(parts, { files, read }) {
  const group = new TmplGroup()
  const problems = []
  for (const path of files.filter(path => path.endsWith('.wxml'))) {
    for (const { isError, startLine, startColumn, message } of group.addTmpl(
      path.slice(0, -5),
      read(path),
    )) {
      const kind = isError ? 'error' : 'warning'
      problems.push(`${kind}: ${path}:${startLine + 1}:${startColumn + 1} ${message}`)
    }
  }
  const code = group.getTmplGenObjectGroups()
  group.free()
  for (const [path, part] of Object.entries(parts)) {
    if (path === 'app') continue
    const seen = inspect(read(`${path}.wxml`), Object.keys(part.json.usingComponents))
    part.handlers = seen.handlers
    problems.push(...seen.problems.map(problem => `error: ${path}.wxml:${problem}`))
  }
  if (problems.length > 0) throw new Error(`WXML does not compile\n${problems.join('\n')}`)
  return code
}

/** DevTools compiles for chrome 53 and ios 8; esbuild's floor is ES2015. */
async function wrapModule(path, text) {
  const { code } = await esbuild.transform(text, {
    loader: 'js',
    format: 'cjs',
    target: 'es2015',
    platform: 'neutral',
    sourcefile: path,
    charset: 'utf8',
  })
  const parameters = ['require', 'module', 'exports', ...SHADOWED].join(', ')
  return `define(${JSON.stringify(path)}, function (${parameters}) { "use strict";\n${code}\n})\n`
}
