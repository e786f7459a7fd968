/**
 * A built mini-program on a fake phone: its code package runs in the phone's sealed context, its pages
 * are rendered by glass-easel, WeChat's own component framework, into a tree that a test reads and
 * taps. What a page hands to setData crosses to the view as JSON, as it does in WeChat.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, posix, relative } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import esbuild from 'esbuild'

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

export class MiniProgram {
  /** What the code wrote to console.error, and what it threw into the runtime */
  errors = []
  /** Pages that are open, the oldest first */
  pages = []
  #modules = new Map()
  /** Page, Component and Behavior for the file that is being loaded */
  #registrars
  /** `global` of the modules, which is not the global object */
  #global = {}

  /** See `codeOf` for `code`. */
  constructor(phone, code) {
    this.phone = phone
    this.code = code
    this.global = phone.run('globalThis')
    Object.assign(this.global, {
      wx: { ...phone.fake.wx, getSystemInfoSync: () => SYSTEM_INFO },
      console: this.#console(),
      setInterval: (run, ms) => this.#interval(run, ms),
      clearInterval: id => id?.stop(),
      App: definition => void (this.app = definition),
      Page: definition => this.#registrars.Page(definition),
      Component: definition => this.#registrars.Component(definition),
      Behavior: definition => this.#registrars.Behavior(definition),
      getApp: () => this.app,
      getCurrentPages: () => this.pages.map(({ page }) => page),
    })
    const { glassEasel, MiniProgramEnv } = phone.run(code.glassEasel)
    this.glassEasel = glassEasel
    glassEasel.addGlobalErrorListener(error => {
      this.errors.push(error)
      return false
    })
    glassEasel.addGlobalWarningListener(text => !text.includes(UNDECLARED))
    this.#tellWhenReady()
    const env = new MiniProgramEnv()
    this.space = env.createCodeSpace('main', true)
    this.backend = env.associateBackend(new glassEasel.EmptyBackendContext())
    const groups = phone.run(code.templates)
    for (const path of Object.keys(code.json)) {
      this.space.addComponentStaticConfig(path, code.json[path])
      this.space.addCompiledTemplate(path, { groupList: groups, content: groups[path] })
    }
    for (const tag of TAGS) {
      env.getGlobalCodeSpace().componentEnv(`wx/${tag}`, ({ Component }) => {
        this.space.getComponentSpace().setGlobalUsingComponent(tag, Component({})._$)
      })
    }
    likeWeChat(this.space)
  }

  launch() {
    this.require('app.js')
    const options = { path: this.code.app.pages[0], query: {}, scene: 1001 }
    this.#guard(() => this.app.onLaunch?.(options))
    this.#guard(() => this.app.onShow?.(options))
  }

  /** Opens a page on top of those that are open. */
  open(path) {
    this.#loadComponents(path)
    const root = this.backend.createRoot('page', this.space, path)
    const page = root.get()
    const opened = { path, page, element: page._$ }
    page.route ??= path
    page.is ??= path
    this.#watchSetData(page)
    this.pages.push(opened)
    this.#guard(() => this.glassEasel.Element.pretendAttached(opened.element))
    this.#guard(() => page.onLoad?.({}))
    this.#guard(() => page.onShow?.())
    this.global.setTimeout(() => this.#guard(() => page.onReady?.()), 0)
    return opened
  }

  /** Leaves the page on top. */
  back() {
    const { page, element } = this.pages.pop()
    this.#guard(() => page.onUnload?.())
    this.#guard(() => this.glassEasel.Element.pretendDetached(element))
    this.#guard(() => this.pages.at(-1)?.page.onShow?.())
  }

  /** What a page shows in the node with that id. */
  text(opened, id) {
    return textOf(this.#find(opened, id))
  }

  tap(opened, id) {
    const node = this.#find(opened, id)
    this.#guard(() => this.glassEasel.triggerEvent(node, 'tap', {}, { bubbles: true }))
  }

  /** Runs a module of the package, once; paths are relative to the module, or absolute. */
  require(path) {
    if (this.#modules.has(path)) return this.#modules.get(path).exports
    const source = this.code.scripts[path]
    if (source === undefined) throw new Error(`module '${path}' is not defined`)
    const module = { exports: {} }
    this.#modules.set(path, module)
    const parameters = ['require', 'module', 'exports', 'global', ...SHADOWED].join(', ')
    const require = id => this.require(this.#resolve(path, id))
    this.phone.run(`(function (${parameters}) { "use strict";\n${source}\n})`)(
      require,
      module,
      module.exports,
      this.#global,
    )
    return module.exports
  }

  /**
   * What DevTools does when a file was saved: every module but app.js runs again, and the page on top
   * is made anew without having been left. The app, the phone and what lives in them stay.
   */
  reload() {
    const { path } = this.pages.pop()
    this.#modules = new Map([['app.js', this.#modules.get('app.js')]])
    return this.open(path)
  }

  /** The view tells a component that it is laid out, a turn after it was attached. */
  #tellWhenReady() {
    const { setTimeout } = this.global
    const { prototype } = this.glassEasel.Component
    const { triggerLifetime } = prototype
    prototype.triggerLifetime = function (name, args) {
      triggerLifetime.call(this, name, args)
      if (name === 'attached') setTimeout(() => triggerLifetime.call(this, 'ready', []), 0)
    }
  }

  #resolve(from, id) {
    const path = id.startsWith('/') ? id.slice(1) : posix.join(posix.dirname(from), id)
    return this.code.scripts[path] === undefined ? `${path}.js` : path
  }

  #loadComponents(path, seen = new Set()) {
    if (seen.has(path)) return
    seen.add(path)
    const { usingComponents = {} } = this.code.json[path] ?? {}
    for (const used of Object.values(usingComponents)) {
      this.#loadComponents(this.#componentPath(path, used), seen)
    }
    this.space.componentEnv(path, registrars => {
      this.#registrars = registrars
      this.require(`${path}.js`)
    })
  }

  #componentPath(from, used) {
    return used.startsWith('/') ? used.slice(1) : posix.join(posix.dirname(from), used)
  }

  #watchSetData(page) {
    const { setData } = page
    page.setData = (changes, done) => {
      JSON.stringify(changes) // throws for what cannot cross to the view
      setData.call(page, changes)
      if (done) this.global.setTimeout(() => done.call(page), 0)
    }
  }

  #find({ element }, id) {
    const nodes = [...walk(element.getShadowRoot())]
    const found = nodes.find(node => node.id === id)
    if (!found) throw new Error(`there is no #${id} among ${nodes.map(node => node.id)}`)
    return found
  }

  #guard(run) {
    try {
      return run()
    } catch (error) {
      this.errors.push(error)
    }
  }

  #console() {
    const quiet = () => {}
    return {
      ...{ log: quiet, info: quiet, debug: quiet, group: quiet, groupEnd: quiet },
      warn: (...words) => this.phone.warnings.push(words.map(String).join(' ')),
      error: (...words) => this.errors.push(words.length === 1 ? words[0] : words.map(String)),
    }
  }

  #interval(run, ms) {
    let timer
    const next = () => {
      timer = this.global.setTimeout(() => {
        next()
        run()
      }, ms)
    }
    next()
    return { stop: () => this.global.clearTimeout(timer) }
  }
}

/**
 * A code package, compiled once for all runs: scripts as DevTools compiles them, templates, and the
 * wasm modules by their absolute paths.
 */
export async function codeOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
  const read = path => readFileSync(join(folder, path), 'utf8')
  const scripts = {}
  for (const path of files.filter(path => path.endsWith('.js')))
    scripts[path] = await script(read(path))
  const wasm = {}
  for (const path of files.filter(path => path.endsWith('.wasm.br'))) {
    wasm[`/${path}`] = brotliDecompressSync(readFileSync(join(folder, path)))
  }
  const json = {}
  for (const path of files.filter(path => path.endsWith('.wxml'))) {
    const name = path.slice(0, -5)
    if (existsSync(join(folder, `${name}.json`))) json[name] = JSON.parse(read(`${name}.json`))
  }
  const app = JSON.parse(read('app.json'))
  return {
    app,
    scripts,
    wasm,
    json,
    templates: templates(files, read),
    glassEasel: await bundledGlassEasel(),
  }
}

function templates(files, read) {
  const group = new TmplGroup()
  for (const path of files.filter(path => path.endsWith('.wxs'))) {
    group.addScript(path.slice(0, -4), read(path))
  }
  for (const path of files.filter(path => path.endsWith('.wxml'))) {
    for (const { isError, startLine, message } of group.addTmpl(path.slice(0, -5), read(path))) {
      if (isError) throw new Error(`${path}:${startLine + 1}: ${message}`)
    }
  }
  const code = group.getTmplGenObjectGroups()
  group.free()
  return code
}

async function script(source) {
  const options = { format: 'cjs', target: 'es2015', platform: 'neutral', charset: 'utf8' }
  return (await esbuild.transform(source, { loader: 'js', ...options })).code
}

async function bundledGlassEasel() {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `export * as glassEasel from 'glass-easel'
        export { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'framework',
    target: 'es2020',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  })
  return `(() => { ${outputFiles[0].text}; return framework })()`
}

/** As in WeChat: ids of a template are those of the nodes, a handler is looked up on the page itself. */
function likeWeChat(space) {
  const prepare = space.prepareComponentOptions
  space.prepareComponentOptions = (...parameters) => {
    const prepared = prepare.apply(space, parameters)
    Object.assign(prepared[0], { idPrefixGenerator: null, useMethodCallerListeners: true })
    return prepared
  }
}

/** A node and all below it, with those of its components. */
function* walk(node) {
  yield node
  for (const child of node.getShadowRoot?.()?.childNodes ?? []) yield* walk(child)
  for (const child of node.childNodes ?? []) yield* walk(child)
}

function textOf(node) {
  return [...walk(node)].map(({ textContent }) => textContent ?? '').join('')
}

/** What glass-easel says of each attribute, as the components here declare none. */
const UNDECLARED = 'is not a valid property'

/** WeChat's components that the pages use. */
const TAGS = ['view', 'text', 'button']

/** What frameworks ask of it before a page runs. */
const SYSTEM_INFO = { platform: 'android', SDKVersion: '3.7.0', language: 'zh_CN', pixelRatio: 2 }

/** Names that WeChat makes undefined in every module. */
const SHADOWED = [
  ...['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage', 'history'],
  ...['Caches', 'screen', 'alert', 'confirm', 'prompt', 'XMLHttpRequest', 'WebSocket', 'Reporter'],
  ...['webkit', 'WeixinJSCore', 'globalThis'],
]
