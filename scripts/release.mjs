/**
 * A release: the version in Cargo.toml and the lock files, the entry in CHANGELOG.md, pkg/ built with
 * both, one commit and one tag. Nothing leaves this machine: it says what to push and to publish.
 *
 *     npm run release -- VERSION [--dry-run] [--skip-tests]
 *
 * --dry-run checks everything and shows what would change; --skip-tests is for a commit that CI passed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { run, say } from './steps.mjs'

const CRATE = 'mqtt-miniprogram'
const UNRELEASED = /^## (?:Unreleased|.*\(unreleased\))$/im

/**
 * @param root the repository
 * @param date of the release, YYYY-MM-DD
 * @param test runs all tests, and throws if one fails
 * @param build makes pkg/ anew
 */
export function release({ root, version, date, dryRun, test, build }) {
  const git = (...args) => run('git', args, { cwd: root, quiet: true }).trim()
  const tag = `v${version}`
  const read = path => readFileSync(join(root, path), 'utf8')
  const changes = changesOf(version, date, read)
  if (git('status', '--porcelain')) throw new Error('Commit or discard your changes first.')
  if (git('tag', '--list', tag)) throw new Error(`The tag ${tag} is there already.`)
  for (const [path, text] of changes) console.log(difference(path, read(path), text))
  if (dryRun) return say(`Dry run: nothing was changed; ${tag} can be released.`)

  test()
  for (const [path, text] of changes) writeFileSync(join(root, path), text)
  build()
  git('add', '--all')
  git('commit', '--quiet', '--message', `Release ${version}`)
  git('tag', '--annotate', '--message', `${CRATE} ${version}`, tag)
  say(`${tag} is committed and tagged. To publish it: git push --follow-tags; npm publish ./pkg`)
}

/** The new text of every file that names the version; throws if the version or a file is not fit. */
export function changesOf(version, date, read) {
  const manifest = read('Cargo.toml')
  const current = /^version = "(.*)"$/m.exec(manifest)[1]
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) throw new Error(`"${version}" is no version.`)
  if (isOlder(version, current)) throw new Error(`${version} is older than ${current}.`)
  return [
    ['Cargo.toml', manifest.replace(/^version = ".*"$/m, `version = "${version}"`)],
    ...['Cargo.lock', 'benches/Cargo.lock', 'fuzz/Cargo.lock'].map(path => [
      path,
      relock(path, read(path), version),
    ]),
    ['CHANGELOG.md', closeEntry(read('CHANGELOG.md'), version, date)],
  ]
}

function relock(path, text, version) {
  const entry = new RegExp(`(^name = "${CRATE}"\nversion = )".*"$`, 'm')
  if (!entry.test(text)) throw new Error(`${path} does not name ${CRATE}.`)
  return text.replace(entry, `$1"${version}"`)
}

/** What is unreleased becomes the entry of the version. */
function closeEntry(changelog, version, date) {
  const heading = UNRELEASED.exec(changelog)
  const body = heading && changelog.slice(heading.index + heading[0].length).split(/^## /m)[0]
  if (!body?.trim()) throw new Error('CHANGELOG.md has nothing under "## Unreleased".')
  return changelog.replace(UNRELEASED, `## ${version} (${date})`)
}

function isOlder(version, current) {
  const order = new Intl.Collator('en', { numeric: true })
  const [[core, pre], [currentCore, currentPre]] = [version, current].map(one => one.split(/-(.*)/))
  if (core !== currentCore) return order.compare(core, currentCore) < 0
  if (!pre || !currentPre) return Boolean(pre)
  return order.compare(pre, currentPre) < 0
}

function difference(path, before, after) {
  const lines = before.split('\n')
  const changed = after.split('\n').flatMap((line, at) => (line === lines[at] ? [] : [at]))
  return changed.map(at => `${path}\n- ${lines[at]}\n+ ${after.split('\n')[at]}`).join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, 'skip-tests': { type: 'boolean' } },
  })
  if (positionals.length !== 1) {
    throw new Error('npm run release -- VERSION [--dry-run] [--skip-tests]')
  }
  const root = fileURLToPath(new URL('..', import.meta.url))
  release({
    root,
    version: positionals[0],
    date: new Date().toISOString().slice(0, 10),
    dryRun: values['dry-run'],
    test: () => values['skip-tests'] || run('bash', ['build.sh', 'test'], { cwd: root }),
    build: () => run(process.execPath, ['scripts/build.mjs'], { cwd: root }),
  })
}
