/**
 * Habits that no linter knows: files of a length that one reads in a sitting, and the words of the
 * glossary in docs/architecture.md in place of those that it has retired.
 */
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { run } from './steps.mjs'

const LONGEST_FILE = 400

const CODE = ['.rs', '.ts', '.js', '.mjs', '.css', '.wxml', '.wxss', '.sh']
const PROSE = ['.md']

/** Built, vendored or data; and this file, which has to name what it looks for. */
const EXEMPT = [
  /^pkg\//,
  /^miniprogram\/utils\//,
  /^tests\/vectors\//,
  /^scripts\/(habits|rooms)\.mjs$/,
  /^tests\/shim\/rooms\.test\.mjs$/,
  /^CHANGELOG\.md$/,
  /^docs\/architecture\.md$/, // the glossary lists them
]

/** Declarations of an interface that is not ours to cut. */
const LONG = [/^src\/shim\/api\.d\.ts$/, /\.md$/]

/**
 * A retired word, alone or as a part of a name, and the one to use; where a third is given, only in
 * files of such a path: elsewhere the word belongs to somebody else's interface.
 */
const RETIRED = [
  ['keeper', 'SessionStore'],
  ['dweller', 'AppStateListener'],
  ['moveIn', 'add'],
  ['moveOut', 'remove'],
  ['inbox', 'manual acknowledgement'],
  ['farewell', 'disconnect packet'],
  ['culprit', 'invalid filter'],
  ['thrifty', 'skip what is subscribed'],
  ['referee', 'checker'],
  ['doubt', 'unconfirmed'],
  ['doubtful', 'unconfirmed'],
  ['strange', 'invalid'],
  ['gathered', 'batch limit'],
  ['socketLost', 'transportClosed'],
  ['heals', 'is retryable'],
  ['pump', 'flush', /\.rs$/],
  ['scene', 'scenario', /^(tests\/(core|shim|harness|parity|engines|brokers)|bench)\//],
]

const found = []

for (const path of run('git', ['ls-files', '-co', '--exclude-standard'], { quiet: true }).split(
  '\n',
)) {
  const kind = extname(path)
  if (!CODE.concat(PROSE).includes(kind) || EXEMPT.some(exempt => exempt.test(path))) continue
  const lines = readFileSync(path, 'utf8').split('\n')
  const length = lines.length - 1
  if (length > LONGEST_FILE && !LONG.some(long => long.test(path)))
    found.push(`${path}: ${length} lines, more than ${LONGEST_FILE}`)
  lines.forEach((line, at) => {
    for (const [word, instead, within] of RETIRED)
      if ((!within || within.test(path)) && uses(line, word))
        found.push(`${path}:${at + 1}: "${word}" is retired: ${instead}`)
  })
}

console.log(found.join('\n'))
console.log(found.length ? `${found.length} to mend` : 'Every file keeps the habits.')
process.exitCode = found.length ? 1 : 0

/** Whether a line has the word, alone or in a name: `keeper`, `wxKeeper`, `keeper_of`. */
function uses(line, word) {
  const capital = word[0].toUpperCase() + word.slice(1)
  const alone = new RegExp(`(?<![A-Za-z])${word}(?![a-z])`)
  const inName = new RegExp(`${capital}(?![a-z])`)
  const constant = new RegExp(`(?<![A-Z])${word.toUpperCase()}(?![A-Z])`)
  return alone.test(line) || inName.test(line) || constant.test(line)
}
