/** Reads the tags of WXML, as far as it takes to see what the simulator does not know. */
import { PSEUDO_TAGS, components } from './components.js'

const ANYWHERE = ['id', 'class', 'style', 'slot']

/**
 * @param {string} text
 * @param {string[]} custom tags of the custom components that may be used
 * @returns {{handlers: string[], problems: string[]}} names of methods that events are bound to, and
 *   what is not known, with its place
 */
export function inspect(text, custom) {
  const handlers = []
  const problems = []
  const source = text.replace(/<!--[^]*?-->|<wxs\b[^]*?<\/wxs>/g, part => part.replace(/\S/g, ' '))
  for (const { tag, attributes, index } of tagsOf(source)) {
    const place = `${source.slice(0, index).split('\n').length}`
    const known = components[tag]
    if (!known && !custom.includes(tag) && !(tag in PSEUDO_TAGS)) {
      problems.push(`${place}: <${tag}> is not known to the simulator`)
      continue
    }
    for (const [name, value] of attributes) {
      const [, event] = /^(?:capture-)?(?:mut-)?(?:bind|catch):?([\w-]+)$/.exec(name) ?? []
      if (event && known && !known.events.includes(event)) {
        problems.push(`${place}: the event ${event} of <${tag}> is not known to the simulator`)
      }
      if (event && /^[A-Za-z_$][\w$]*$/.test(value)) handlers.push(value)
      if (!event && known && !isKnownAttribute(name, known)) {
        problems.push(`${place}: ${name} of <${tag}> is not known to the simulator`)
      }
    }
  }
  return { handlers, problems }
}

function isKnownAttribute(name, { properties }) {
  if (ANYWHERE.includes(name) || /^(data-|wx:)/.test(name)) return true
  const camelCase = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
  return camelCase in properties
}

/** Values of attributes are in quotes, and may have > in them. */
function* tagsOf(text) {
  const tag = /<([a-z][\w-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/g
  for (const { 1: name, 2: inner, index } of text.matchAll(tag)) {
    const pairs = inner.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g)
    yield {
      tag: name,
      attributes: [...pairs].map(([, key, one, other]) => [key, one ?? other ?? '']),
      index,
    }
  }
}
