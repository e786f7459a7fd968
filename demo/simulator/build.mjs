/**
 * Compiles a mini-program's folder for the simulator: WXML to glass-easel templates, WXSS to CSS,
 * each JavaScript file to a module in the wrapper that WeChat puts around it. The files themselves
 * are not touched. What the simulator does not know is an error, not a guess.
 */
import { readFileSync, readdirSync, mkdirSync, rmSync, copyFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { createRequire } from 'node:module'
import esbuild from 'esbuild'
import postcss from 'postcss'
import postcssImport from 'postcss-import'
import pxToViewport from 'postcss-px-to-viewport-8-plugin'
import selectorParser from 'postcss-selector-parser'
import { components } from './components.js'

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

const HERE = import.meta.dirname

/** Tags of WXML that are not components. */
const PSEUDO_TAGS = ['block', 'template', 'wxs', 'slot', 'import', 'include']

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
  const read = path => replaced[path] ?? readFileSync(join(root, path), 'utf8')
  const has = path => files.includes(path)
  const appJson = JSON.parse(read('app.json'))
  const { pages } = appJson

  const templates = compileTemplates(files, pages, read)
  const css = {}
  const json = {}
  for (const page of ['app', ...pages]) {
    css[page] = has(`${page}.wxss`) ? await compileStyle(join(root, `${page}.wxss`)) : ''
    json[page] = has(`${page}.json`) ? JSON.parse(read(`${page}.json`)) : {}
  }
  const view = { appJson, css, json, handlers: templates.handlers }
  writeFileSync(
    join(out, 'app-view.js'),
    `self.__wxApp = ${JSON.stringify(view)}\nself.__wxApp.groups = ${templates.code}\n`,
  )

  const modules = files
    .filter(path => path.endsWith('.js'))
    .map(path => wrapModule(path, read(path)))
  const config = `self.__wxConfig = ${JSON.stringify({ appJson, json })}\n`
  writeFileSync(join(out, 'app-service.js'), config + (await Promise.all(modules)).join(''))

  await esbuild.build({
    entryPoints: [join(HERE, 'view.js'), join(HERE, 'service.js')],
    outdir: out,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'warning',
  })
  for (const file of ['app.html', 'view.css']) {
    copyFileSync(join(HERE, file), join(out, file))
  }
}

function compileTemplates(files, pages, read) {
  const group = new TmplGroup()
  const problems = []
  for (const path of files.filter(path => path.endsWith('.wxml'))) {
    for (const { isError, startLine, startColumn, message } of group.addTmpl(
      path.slice(0, -5),
      read(path),
    )) {
      problems.push(
        `${isError ? 'error' : 'warning'}: ${path}:${startLine + 1}:${startColumn + 1} ${message}`,
      )
    }
  }
  const code = group.getTmplGenObjectGroups()
  group.free()

  const handlers = {}
  const known = [...Object.keys(components), ...PSEUDO_TAGS]
  for (const page of pages) {
    const path = `${page}.wxml`
    const text = read(path)
    const bindings = text.matchAll(
      /\s(?:capture-)?(?:mut-)?(?:bind|catch):?[\w-]+\s*=\s*"([A-Za-z_$][\w$]*)"/g,
    )
    handlers[page] = [...bindings].map(([, name]) => name)
    if (/\smodel:/.test(text)) problems.push(`error: ${path}: model: is not known to the simulator`)
    for (const [, tag] of text.matchAll(/<([a-z][\w-]*)/g)) {
      if (!known.includes(tag))
        problems.push(`error: ${path}: <${tag}> is not known to the simulator`)
    }
  }
  if (problems.length > 0) throw new Error(`WXML does not compile\n${problems.join('\n')}`)
  return { code, handlers }
}

/** `view` becomes `wx-view`, the tag in the DOM; rpx become vw. */
async function compileStyle(file) {
  const seen = new WeakSet()
  const wxTags = {
    postcssPlugin: 'wx-tags',
    Rule(rule) {
      if (seen.has(rule) || rule.parent?.name?.endsWith('keyframes')) return
      seen.add(rule)
      const prefix = root => root.walkTags(tag => (tag.value = `wx-${tag.value}`))
      rule.selector = selectorParser(prefix).processSync(rule.selector)
    },
  }
  const plugins = [
    postcssImport({ resolve: (id, base) => resolve(base, id) }),
    wxTags,
    pxToViewport({
      unitToConvert: 'rpx',
      viewportWidth: 750,
      unitPrecision: 5,
      minPixelValue: -Infinity,
    }),
  ]
  const { css } = await postcss(plugins).process(readFileSync(file, 'utf8'), { from: file })
  return css
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
