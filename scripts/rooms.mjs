/**
 * The rooms of the shim (folders of `src/shim/`), from the top down: a room may import itself and those
 * below it. eslint.config.js makes rules of this table, and tests/shim/rooms.test.mjs looks at what is
 * really imported.
 */
export const ROOMS = [
  ['client', "what a page holds: MQTT.js's methods, properties and events"],
  ['engine', 'runs one core; the only room that imports the core'],
  ['storage', 'sessions that outlive the app'],
  ['compat', 'exports of MQTT.js that the client itself has no need of'],
  ['easemob', 'tokens of the Easemob cloud'],
  ['options', 'addresses and options, in one normal form'],
  ['platform', 'wx, timers, and what JavaScript engines lack; the only room that names wx'],
  ['payload', 'bytes and text'],
  ['errors', 'codes, texts and hints'],
].map(([name, purpose]) => ({ name, purpose }))

/** Words of this library's past that must not come back; the glossary in docs/architecture.md has today's. */
export const RETIRED = [
  'keeper',
  'dweller',
  'recipient',
  'inbox',
  'farewell',
  'culprit',
  'thrifty',
  'strange',
  'hasAskedFor',
  'sendBytes',
  'timePassed',
  'moveIn',
  'moveOut',
  'wordsOf',
]

/** The names of the rooms above one, which it must not import. */
export function roomsAbove(room) {
  const names = ROOMS.map(({ name }) => name)
  return names.slice(0, names.indexOf(room))
}
