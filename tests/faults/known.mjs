/**
 * Faults that the library does not stand today, by the ways in which it fails: `table.mjs` lets just
 * these runs fail, in just these ways, and fails itself when one of them is mended, so that it is taken
 * out here. `node tests/faults/list-known.mjs` says what would have to stand here now.
 */

/** The ways to fail, as the judge says them. */
export const WAYS = {
  /** An error without a code, or without a hint */
  NO_HINT: /^no code or hint: /,
  /** It was to be told something else, or anything at all. */
  NOT_TOLD: /^told .*, not |^it was not told/,
  /** Messages that never arrived */
  LOST: /^lost /,
  /** Callbacks that got an error although the fault was to pass */
  REFUSED: /^refused /,
  /** Not connected a minute after the fault was over, or with something still unanswered */
  STUCK: /^it did not recover/,
  /** A connection that was to stay was closed. */
  CLOSED: /^the connection was closed/,
  /** Messages of QoS 0 or 2 that arrived twice */
  DOUBLED: /^doubled /,
  ORDER: /^out of order/,
  /** An exception in a callback of `wx`, or a rejection that nobody handles */
  THROWN: /^thrown into the platform: /,
  /** A callback of the page that never ran */
  SILENT: /^the callback of .* ran 0 times/,
  /** Sockets that were given up and not closed */
  SOCKETS: /sockets at once$|sockets left$/,
  /** One cause that was told again and again */
  REPEATED: / error events$/,
  /** What a phone does not take, such as a message on a socket that is closed */
  BROKEN: /^a rule was broken: /,
}

/** By the name of a fault, its runs that fail: rows of `fail`. None are known. */
export const KNOWN = {}

/** Rows that fail in these ways, with their runs by version and QoS, e.g. `3.1.1: 0 1 2, 5.0: 2`. */
export function fail(ways, rows) {
  const failures = ways.split(' ').map(way => WAYS[way])
  return Object.fromEntries(
    Object.entries(rows).map(([name, runs]) => [name, { runs: runsIn(runs), failures }]),
  )
}

function runsIn(text) {
  return text.split(', ').flatMap(part => {
    const [version, qos] = part.split(': ')
    return qos.split(' ').map(one => `${version} QoS ${one}`)
  })
}
