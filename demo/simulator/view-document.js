/** The view's side of remote-document.js: does to the document what the logic layer says. */
import { controls } from './controls.js'
import { ROOT } from './remote-document.js'

/**
 * @param {HTMLElement} root
 * @param {(node: Element, type: string, detail?: object, options?: object) => void} fire tells the
 *   logic layer of an event of one of the elements
 */
export function makeViewDocument(root, fire) {
  const nodes = new Map([[ROOT, root]])

  const operations = {
    create(id, tag) {
      const element = add(id, document.createElement(`wx-${tag}`))
      element.control = controls[tag]?.(element, (...event) => fire(element, ...event))
    },
    createText(id, text) {
      add(id, document.createTextNode(text))
    },
    insert(parent, child, before) {
      nodes.get(parent).insertBefore(nodes.get(child), nodes.get(before) ?? null)
    },
    remove(id) {
      nodes.get(id).remove()
    },
    forget(id) {
      nodes.delete(id)
    },
    text(id, text) {
      nodes.get(id).textContent = text
    },
    attribute(id, name, value) {
      const element = nodes.get(id)
      if (value === undefined) element.removeAttribute(name)
      else if (name === 'hidden-page') element.hidden = value
      else element.setAttribute(name, value)
      element.control?.(name, value)
    },
    addClass(id, name) {
      nodes.get(id).classList.add(name)
    },
    removeClass(id, name) {
      nodes.get(id).classList.remove(name)
    },
    listen(id, type) {
      const element = nodes.get(id)
      element.listens = (element.listens ?? new Set()).add(type)
    },
    style(path, css) {
      const style = document.createElement('style')
      style.dataset.path = path
      style.textContent = css
      document.head.append(style)
    },
  }

  function add(id, node) {
    node.remoteId = id
    nodes.set(id, node)
    return node
  }

  return list => {
    for (const [name, ...parameters] of list) operations[name](...parameters)
  }
}

/** The element of the logic layer that a DOM node belongs to. */
export function ownerOf(node) {
  let owner = node
  while (owner && owner.remoteId === undefined) owner = owner.parentNode
  return owner?.nodeType === Node.TEXT_NODE ? owner.parentNode : owner
}
