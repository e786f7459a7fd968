/**
 * The document that the logic layer renders into: a backend of glass-easel whose elements are not
 * there, but in the view. It keeps the tree's shape, which glass-easel asks for, and sends what is
 * done to it to the view, all that one turn has done in one message. See view-document.js.
 */

/** glass-easel's BackendMode.Domlike, which it exports as a type only */
const DOMLIKE = 3

/** The view's element that pages are put into. */
export const ROOT = 0

export class RemoteDocument {
  mode = DOMLIKE
  /** @type {RemoteNode[]} */
  #leaving = []
  #operations = []
  #nodes = new Map()
  #send
  #lastNode = ROOT
  #styleSheets = {}

  /** @param {(operations: Array<Array<unknown>>) => void} send */
  constructor(send) {
    this.#send = send
    this.root = this.#make(new RemoteNode(this, ROOT))
    this.document = {
      createElement: tag => this.#create('create', tag),
      createTextNode: text => this.#create('createText', text),
      createDocumentFragment: () => new RemoteNode(this),
    }
  }

  /** The glass-easel element behind a node of the view, if it is still there. */
  elementOf(id) {
    return this.#nodes.get(id)?.__wxElement
  }

  /** One thing for the view to do. */
  emit(...operation) {
    if (this.#operations.push(operation) === 1) Promise.resolve().then(() => this.#flush())
  }

  /** The node was taken out of the tree: if it is not back when the turn is over, it is forgotten. */
  left(node) {
    this.#leaving.push(node)
  }

  registerStyleSheetContent(path, css) {
    this.#styleSheets[path] = css
  }

  /** A style sheet is shown once, however many pages it belongs to. */
  appendStyleSheetPath(path) {
    const css = this.#styleSheets[path]
    if (css) this.emit('style', path, css)
    this.#styleSheets[path] = ''
    return 0
  }

  getRootNode() {
    return this.root
  }

  associateValue(node, element) {
    node.__wxElement = element
  }

  setListenerStats(node, type) {
    this.emit('listen', node.id_, type)
  }

  render(done) {
    Promise.resolve().then(() => done(null))
  }

  setModelBindingStat() {
    throw new Error('the simulator does not know model:')
  }

  disableStyleSheet() {}
  destroy() {}
  onEvent() {}

  #create(operation, content) {
    const node = this.#make(new RemoteNode(this, ++this.#lastNode))
    this.emit(operation, node.id_, content)
    return node
  }

  #make(node) {
    this.#nodes.set(node.id_, node)
    return node
  }

  #flush() {
    for (const node of this.#leaving.splice(0)) {
      if (!node.parentNode) this.#forget(node)
    }
    this.#send(this.#operations.splice(0))
  }

  #forget(node) {
    this.#nodes.delete(node.id_)
    this.emit('forget', node.id_)
    for (const child of node.childNodes) this.#forget(child)
  }
}

/** An element, a text or, without `id_`, a fragment. */
class RemoteNode {
  parentNode = null
  childNodes = []
  #document

  constructor(document, id_) {
    this.#document = document
    this.id_ = id_
    const emit = (...operation) => document.emit(...operation)
    this.classList = {
      add: name => emit('addClass', id_, name),
      remove: name => emit('removeClass', id_, name),
    }
  }

  get nextSibling() {
    const { parentNode } = this
    return parentNode?.childNodes[parentNode.childNodes.indexOf(this) + 1]
  }

  set id(id) {
    this.setAttribute('id', id)
  }

  set textContent(text) {
    this.#document.emit('text', this.id_, text)
  }

  setAttribute(name, value) {
    this.#document.emit('attribute', this.id_, name, value)
  }

  removeAttribute(name) {
    this.#document.emit('attribute', this.id_, name)
  }

  appendChild(child) {
    this.insertBefore(child)
  }

  insertBefore(child, before) {
    if (child.id_ === undefined) {
      for (const one of [...child.childNodes]) this.insertBefore(one, before)
      return
    }
    child.#takeOut()
    const { childNodes } = this
    childNodes.splice(before ? childNodes.indexOf(before) : childNodes.length, 0, child)
    child.parentNode = this
    if (this.id_ !== undefined) this.#document.emit('insert', this.id_, child.id_, before?.id_)
  }

  removeChild(child) {
    child.#takeOut()
    this.#document.emit('remove', child.id_)
    this.#document.left(child)
  }

  replaceChild(child, old) {
    this.insertBefore(child, old)
    this.removeChild(old)
  }

  #takeOut() {
    const { parentNode } = this
    if (parentNode) parentNode.childNodes.splice(parentNode.childNodes.indexOf(this), 1)
    this.parentNode = null
  }
}
