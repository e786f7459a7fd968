/** A release, made in small repositories that have the files which it changes. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { changesOf, release } from '../../scripts/release.mjs'

const ROOT = resolve(import.meta.dirname, '../..')
const DATE = '2030-01-02'
const NEWS = '## Unreleased\n\n- More.\n\n## '
const FILES = ['Cargo.toml', 'Cargo.lock', 'benches/Cargo.lock', 'fuzz/Cargo.lock', 'CHANGELOG.md']

/** A repository with these files as they are here, and version 0.1.0 unreleased. */
function repository(t) {
  const root = mkdtempSync(join(tmpdir(), 'mqtt-release-'))
  t.after(() => rmSync(root, { recursive: true }))
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const write = (path, text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const read = path => readFileSync(join(root, path), 'utf8')
  for (const path of FILES) write(path, readFileSync(join(ROOT, path), 'utf8'))
  write('Cargo.toml', read('Cargo.toml').replace(/^version = .*$/m, 'version = "0.1.0"'))
  write('CHANGELOG.md', '# Changelog\n\n## Unreleased\n\n- More.\n\n## 0.0.9 (2029-01-01)\n')
  git('init', '--quiet')
  git('config', 'user.name', 'Somebody')
  git('config', 'user.email', 'somebody@example.com')
  git('add', '.')
  git('commit', '--quiet', '--message', 'Begin')
  const calls = []
  const make = (version, { dryRun = false, test = () => calls.push('test') } = {}) => {
    const build = () => {
      calls.push('build')
      write('pkg/package.json', JSON.stringify({ version }))
    }
    release({ root, version, date: DATE, dryRun, test, build })
  }
  return { git, read, write, calls, make }
}

test('a release is tested, built, committed and tagged', t => {
  const { git, read, calls, make } = repository(t)
  make('0.2.0')
  assert.deepEqual(calls, ['test', 'build'])
  assert.match(read('Cargo.toml'), /^version = "0\.2\.0"$/m)
  for (const lock of ['Cargo.lock', 'benches/Cargo.lock', 'fuzz/Cargo.lock']) {
    assert.match(read(lock), /^name = "mqtt-miniprogram"\nversion = "0\.2\.0"$/m)
  }
  assert.match(read('CHANGELOG.md'), /^## 0\.2\.0 \(2030-01-02\)\n\n- More\.\n\n## 0\.0\.9/m)
  assert.equal(git('describe', '--exact-match'), 'v0.2.0')
  assert.equal(git('log', '-1', '--format=%s'), 'Release 0.2.0')
  assert.match(git('show', 'HEAD:pkg/package.json'), /0\.2\.0/)
  assert.equal(git('status', '--porcelain'), '')
})

test('a dry run changes nothing, and needs no tests', t => {
  const { git, calls, make } = repository(t)
  make('0.2.0', { dryRun: true })
  assert.deepEqual(calls, [])
  assert.equal(git('status', '--porcelain') + git('tag'), '')
  assert.equal(git('rev-list', '--count', 'HEAD'), '1')
})

test('a failed test ends it before anything is changed', t => {
  const { git, calls, make } = repository(t)
  const fail = () => {
    throw new Error('1 failed')
  }
  assert.throws(() => make('0.2.0', { test: fail }), /1 failed/)
  assert.deepEqual(calls, [])
  assert.equal(git('status', '--porcelain') + git('tag'), '')
})

const REFUSED = {
  'what is no version': { version: '0.2', error: /no version/ },
  'an older version': { version: '0.0.10', error: /0\.0\.10 is older than 0\.1\.0/ },
  'a pre-release of the current version': { version: '0.1.0-rc.1', error: /is older/ },
  'a tag that is there': {
    before: ({ git }) => git('tag', 'v0.2.0'),
    error: /tag v0\.2\.0 is there/,
  },
  'changes that are not committed': {
    before: ({ write }) => write('README.md', 'new'),
    error: /Commit or discard/,
  },
  'a changelog without news': {
    before: ({ write }) => write('CHANGELOG.md', '## Unreleased\n\n## 0.0.9\n\n- Old.\n'),
    error: /nothing under/,
  },
}

for (const [what, { version = '0.2.0', before = () => {}, error }] of Object.entries(REFUSED)) {
  test(`refused: ${what}`, t => {
    const there = repository(t)
    before(there)
    assert.throws(() => there.make(version), error)
    assert.deepEqual(there.calls, [])
  })
}

test('the files of this repository can be released, when there is news', () => {
  const read = path => readFileSync(join(ROOT, path), 'utf8').replace(/^## /m, NEWS)
  const changes = changesOf('99.0.0', DATE, read)
  assert.deepEqual(
    changes.map(([path]) => path),
    FILES,
  )
  for (const [path, text] of changes) assert.match(text, /99\.0\.0/, path)
})
