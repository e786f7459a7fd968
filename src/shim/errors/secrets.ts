/**
 * The one filter that every text from outside passes before it gets into an error, a warning or the log:
 * what `wx` reports, what applications throw, what servers give as a reason. Such texts quote addresses,
 * headers and passwords.
 */

/** Remembers values that no text may show from now on. Bytes count as the text that they are. */
export function keepSecrets(...values: unknown[]): void {
  for (const value of values) {
    const text = typeof value === 'string' ? value : ''
    if (text.length < SHORTEST) continue
    for (const form of [text, encodeURIComponent(text.replace(LONE_SURROGATES, ''))]) {
      if (secrets.indexOf(form) < 0) secrets.push(form)
    }
  }
  if (secrets.length > MOST) secrets.splice(0, secrets.length - MOST)
}

/** Remembers what of an address may be secret: user name, password, long parts of the path, the query. */
export function keepAddress(url: string): void {
  const [, auth = '', path = '', query = ''] = ADDRESS.exec(url) || []
  const parts = path.split('/').filter(part => part.length >= LONG_PART)
  for (const pair of query.split('&')) parts.push(pair.replace(/^[^=]*=/, ''))
  for (const part of parts.concat(auth.split(':'))) keepSecrets(part, decoded(part))
}

/** The text without anything that is, or looks like, a secret. */
export function redact(text: string): string {
  let rest = text
  // the longest first: another may be a part of it
  for (const secret of secrets.slice().sort((one, other) => other.length - one.length)) {
    rest = rest.split(secret).join('***')
  }
  return rest
    .replace(/([a-z][\w+.-]*:\/\/)[^\s"'/?#]*@/gi, '$1')
    .replace(/\?[^\s"']*/g, '?…')
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***')
    .replace(/\beyJ[\w.-]{8,}/g, '***')
    .replace(/((?:token|secret|password|passwd)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi, '$1***')
}

/** A part of an address, decoded; it is left as it is if the encoding is wrong. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const secrets: string[] = []

/** Characters: a shorter text is a word of other texts, too */
const SHORTEST = 4

/** Characters of a part of a path that is more than `mqtt` or `ws` */
const LONG_PART = 8

/** Values that are remembered: those of the last few connections of all clients */
const MOST = 64

/** auth, path, query */
const ADDRESS = /^[^/]*:\/\/(?:([^/?#]*)@)?[^/?#]*([^?#]*)\??([^#]*)/

/** `encodeURIComponent` throws at them */
const LONE_SURROGATES = /[\ud800-\udfff]/g
