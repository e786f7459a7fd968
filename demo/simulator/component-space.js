/**
 * glass-easel, WeChat's own component framework, in the logic layer: it runs the mini-program's pages
 * and components, and renders their templates into the remote document.
 */
import * as glassEasel from 'glass-easel'
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import { components } from './components.js'

/**
 * @param {object} options
 * @param {import('./remote-document.js').RemoteDocument} options.document
 * @param {object} options.built what build.mjs made of the mini-program
 * @param {object} options.globals the object that gets Page, Component and Behavior
 * @param {(path: string) => void} options.load runs a module
 * @param {(bytes: number, path: string) => void} options.onSetData hears of what crosses to the view
 */
export function makeComponentSpace({ document, built, globals, load, onSetData }) {
  Object.assign(glassEasel.globalOptions, { reflectToAttributes: true, writeIdToDOM: true })
  glassEasel.addGlobalErrorListener(error => {
    console.error(error)
    return false
  })
  glassEasel.addGlobalWarningListener(warning => {
    console.error(`glass-easel: ${warning}`)
    return false
  })

  const env = new MiniProgramEnv()
  const space = env.createCodeSpace('main', true)
  for (const [name, { properties }] of Object.entries(components)) {
    env.getGlobalCodeSpace().componentEnv(`wx/${name}`, ({ Component }) => {
      space.getComponentSpace().setGlobalUsingComponent(name, Component({ properties })._$)
    })
  }
  const prepare = space.prepareComponentOptions
  space.prepareComponentOptions = (...parameters) => {
    const prepared = prepare.apply(space, parameters)
    prepared[0].idPrefixGenerator = null // in WeChat a page's ids are the DOM's
    prepared[0].reflectToAttributes = false // only those of built-in components do something there
    return prepared
  }
  for (const [path, { json, css, scope }] of Object.entries(built.parts)) {
    space.addComponentStaticConfig(path, json)
    space.addStyleSheet(path, path, scope)
    document.registerStyleSheetContent(path, css)
    if (path !== 'app') {
      const content = built.groups[path]
      space.addCompiledTemplate(path, { groupList: built.groups, content })
    }
  }
  const associated = env.associateBackend(document)
  const defined = new Set()

  /** Runs the script of a page or component, once; those that it uses come first. */
  function define(path) {
    if (defined.has(path)) return
    defined.add(path)
    const { uses, handlers } = built.parts[path]
    uses.forEach(define)
    space.componentEnv(path, constructors => {
      let methods
      const take = (constructor, methodsOf) => definition => {
        methods = methodsOf(definition)
        return constructor(definition)
      }
      globals.Page = take(constructors.Page, definition => definition)
      globals.Component = take(constructors.Component, definition => definition.methods ?? {})
      globals.Behavior = constructors.Behavior
      load(`${path}.js`)
      if (!methods) throw new Error(`${path}.js calls neither Page() nor Component()`)
      for (const name of handlers.filter(name => typeof methods[name] !== 'function')) {
        console.error(`${path} has no method ${name}`)
      }
    })
  }

  return {
    /** A page, its root in the document not yet attached. */
    create(path) {
      define(path)
      const root = associated.createRoot('page', space, path)
      const caller = root.get()
      countSetData(Object.getPrototypeOf(caller))
      return root
    },
    fire(node, type, detail, bubbles) {
      const element = document.elementOf(node)
      if (!element) return // gone since
      if (type === 'input') element.data.value = detail.value
      if (type === 'change' && element.is === 'wx/switch') element.data.checked = detail.value
      glassEasel.triggerEvent(element, type, detail, {
        bubbles,
        composed: bubbles,
        capturePhase: bubbles,
      })
    },
  }

  /** Data crosses to the view as JSON. */
  function countSetData(caller) {
    let base = caller
    while (!Object.hasOwn(base, 'setData')) base = Object.getPrototypeOf(base)
    if (base.setData.counts) return
    const { setData } = base
    base.setData = function (changes, done) {
      for (const name of Object.keys(changes)) {
        if (changes[name] === undefined) console.warn(`setData: ${name} is undefined`)
      }
      const json = JSON.stringify(changes)
      onSetData(json.length, this.is)
      setData.call(this, JSON.parse(json), done)
    }
    base.setData.counts = true
  }
}
