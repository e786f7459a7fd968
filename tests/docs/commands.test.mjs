/** Each command of the docs' code blocks is run here, or it is said which test runs it, or why none can. */
import assert from 'node:assert/strict'
import { execSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pagePaths, ROOT } from '../../scripts/docs.mjs'
import { parsePage } from '../../scripts/docs/page.mjs'
import { PACKAGE } from '../harness/package.mjs'

/** Run below, as the page has them: in an empty project beside a clone of this repository. */
const RUN = ['npm init -y', 'npm install --install-links ../mqtt-miniprogram/pkg']

const COVERED = {
  './build.sh demo': 'tests/page/demo.test.mjs starts it',
  './build.sh devtools': 'tests/page runs the same script on the simulator',
  './build.sh test': 'is what runs this test',
  'cargo test --test core keep_alive': 'a part of the native tests',
  'cargo test --lib backoff': 'a part of the native tests',
  'node --test tests/shim/options.test.mjs': 'a part of the tests of the shim',
  "node --test --test-name-pattern='rename me' tests/shim/*.test.mjs": 'shows how to choose a test',
  'cargo run --example tcp -- 127.0.0.1:1883': 'tests/core/tcp_example.rs runs it',
  'node --test-name-pattern=looks tests/page/run.mjs && node tests/page/sheets.mjs':
    'the first is a part of the tests of the page, the second changes images of the docs',
  'node tests/page/picture.mjs docs/images/playground.webp': 'changes an image of the docs',
  'npm run release -- 0.2.0 --dry-run': 'tests/package/release.test.mjs',
  'npm run release -- 0.2.0': 'tests/package/release.test.mjs',
  'git push --follow-tags': 'changes a public repository',
  'npm publish ./pkg': 'changes a public registry',
  'openssl s_client -connect 你的域名:443 -servername 你的域名 </dev/null': 'asks a public server',
  'openssl s_client -connect your.domain:443 -servername your.domain </dev/null':
    'asks a public server',
}

const pages = pagePaths().map(path => parsePage(path, readFileSync(join(ROOT, path), 'utf8')))
const blocks = pages.flatMap(page => page.blocks.map(block => ({ path: page.path, ...block })))
const shell = blocks.filter(({ language, marker }) => language === 'sh' && !marker)

test('every command is run, or it is said why not', () => {
  const shown = new Set(shell.flatMap(({ text }) => commandsOf(text)))
  assert.deepEqual([...shown].sort(), [...RUN, ...Object.keys(COVERED)].sort())
})

for (const { path, line, text } of shell.filter(({ text }) => RUN.includes(commandsOf(text)[0]))) {
  test(`${path}:${line} installs the library`, t => {
    const folder = mkdtempSync(join(tmpdir(), 'mqtt-commands-'))
    t.after(() => rmSync(folder, { recursive: true }))
    cpSync(PACKAGE, join(folder, 'mqtt-miniprogram/pkg'), { recursive: true })
    const project = join(folder, 'project')
    mkdirSync(project)
    for (const command of commandsOf(text)) execSync(command, { cwd: project, env: OFFLINE })
    const installed = join(project, 'node_modules/mqtt-miniprogram/miniprogram_dist')
    assert.deepEqual(readdirSync(installed).sort(), ['index.js', 'mqtt.min.js', 'mqtt.wasm.br'])
  })
}

const OFFLINE = {
  ...process.env,
  ...{ npm_config_offline: 'true', npm_config_audit: 'false', npm_config_loglevel: 'error' },
}

function commandsOf(text) {
  return text
    .split('\n')
    .map(command => command.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean)
}
