/** The npm package: what its tarball holds, what its manifest says, and how an installed one is imported. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { build } from 'esbuild'
import { PACKAGE } from '../harness/package.mjs'
import { Phone } from '../harness/phone.mjs'
import { allowedLicenses, thirdPartyLicenses } from '../../scripts/licenses.mjs'

/** Every file, with the most bytes that it may have. */
const FILES = {
  LICENSE: 2_000,
  'README.md': 4_000,
  'THIRD-PARTY-LICENSES.txt': 30_000,
  'index.d.ts': 60_000,
  'index.js': 1_000,
  'miniprogram_dist/index.js': 200,
  'miniprogram_dist/mqtt.min.js': 80_000,
  'miniprogram_dist/mqtt.wasm.br': 65_000,
  'mqtt.fallback.d.ts': 500,
  'mqtt.fallback.js': 400_000,
  'package.json': 2_000,
}

/** What cargo links into the module. */
const TREE = [
  ...['tree', '--locked', '--edges=normal,no-proc-macro', '--prefix=none', '--no-dedupe'],
  '--target=wasm32-unknown-unknown',
]

/** A project that has installed the tarball. */
const project = mkdtempSync(join(tmpdir(), 'mqtt-package-'))
after(() => rmSync(project, { recursive: true }))
const [tarball] = JSON.parse(npm('pack', resolve(PACKAGE), '--json', '--pack-destination', project))
writeFileSync(join(project, 'package.json'), '{ "private": true }')
npm('install', join(project, tarball.filename))

const installed = path => join(project, 'node_modules/mqtt-miniprogram', path)
const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8'))
const exported = Object.keys(new Phone().mqtt).sort()

test('the tarball holds these files, and no larger ones', () => {
  assert.deepEqual(tarball.files.map(({ path }) => path).sort(), Object.keys(FILES))
  for (const { path, size } of tarball.files) assert.ok(size <= FILES[path], `${path}: ${size}`)
})

test('what 构建 npm copies is what one copies by hand, and an entry', () => {
  const folder = `${manifest.miniprogram}/`
  const copied = Object.keys(FILES).filter(path => path.startsWith(folder))
  assert.deepEqual(
    copied.map(path => path.slice(folder.length)),
    ['index.js', 'mqtt.min.js', 'mqtt.wasm.br'],
  )
  for (const name of ['mqtt.min.js', 'mqtt.wasm.br']) {
    assert.ok(readFileSync(installed(folder + name)).equals(readFileSync(join(PACKAGE, name))))
  }
})

test('the entry that 构建 npm adds is less than a kilobyte', () => {
  assert.ok(readFileSync(installed(`${manifest.miniprogram}/index.js`)).length < 1024)
})

test('everything that ships comes with its licence', () => {
  const licenses = readFileSync(installed('THIRD-PARTY-LICENSES.txt'), 'utf8')
  const shipped = execFileSync('cargo', TREE, { encoding: 'utf8' }).trim().split('\n')
  assert.ok(shipped.length > 5)
  for (const crate of shipped.map(line => line.replace(/ v(\S+).*/, ' $1'))) {
    if (!crate.startsWith('mqtt-miniprogram')) assert.ok(licenses.includes(`${crate} (`), crate)
  }
  assert.match(licenses, /^mqttbytes [^]*^Apache License\n[^]*APPENDIX/m)
})

test('a licence that is not allowed is refused', () => {
  assert.deepEqual(allowedLicenses('Apache-2.0/MIT'), [['MIT', 'Apache-2.0']])
  assert.deepEqual(allowedLicenses('(MIT OR GPL-2.0) AND Unicode-3.0'), [['MIT'], ['Unicode-3.0']])
  for (const other of ['GPL-3.0-only', 'MIT AND MPL-2.0', 'UNLICENSED']) {
    assert.throws(() => allowedLicenses(other), /is not an allowed licence/)
  }
  assert.throws(() => thirdPartyLicenses(['node_modules/left-pad/index.js']), /left-pad/)
})

test('the manifest has what the registry and the tools show', () => {
  for (const field of ['author', 'description', 'license', 'version']) {
    assert.equal(typeof manifest[field], 'string', field)
  }
  assert.ok(manifest.keywords.includes('小程序') && manifest.engines.node)
  const crate = readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8')
  assert.equal(manifest.version, /^version = "(.*)"$/m.exec(crate)[1])
  for (const field of ['dependencies', 'peerDependencies', 'scripts']) {
    assert.equal(manifest[field], undefined, field)
  }
})

test('Node.js: require', () => {
  const keys = node('main.cjs', "console.log(Object.keys(require('mqtt-miniprogram')).join())")
  assert.deepEqual(keys.split(',').sort(), exported)
})

test('Node.js: import, of the module and of every name', () => {
  const names = exported.filter(name => name !== 'default')
  const main = `import mqtt, { ${names.join(', ')} } from 'mqtt-miniprogram'
    import * as all from 'mqtt-miniprogram'
    const same = [mqtt, all, mqtt.default].every(one => one.connect === mqtt)
    console.log(same && [${names.join(', ')}].every((value, at) => value === mqtt['${names.join(' ')}'.split(' ')[at]]))`
  assert.equal(node('main.mjs', main), 'true')
})

test('Node.js: the fallback, and the path of the module', () => {
  const main = `import { createRequire } from 'node:module'
    import fallback from 'mqtt-miniprogram/mqtt.fallback.js'
    const { resolve } = createRequire(import.meta.url)
    console.log(typeof fallback, resolve('mqtt-miniprogram/miniprogram_dist/mqtt.wasm.br'))`
  assert.equal(node('main.mjs', main), `function ${installed('miniprogram_dist/mqtt.wasm.br')}`)
})

const CALL = "connect('wxs://h').end === undefined"
const FORMS = {
  'a default import': `import mqtt from 'mqtt-miniprogram'; export default mqtt.${CALL}`,
  'a named import': `import { connect } from 'mqtt-miniprogram'; export default ${CALL}`,
  'a namespace': `import * as mqtt from 'mqtt-miniprogram'; export default mqtt.${CALL}`,
  require: `module.exports = { default: require('mqtt-miniprogram').${CALL} }`,
}

for (const [form, code] of Object.entries(FORMS)) {
  test(`esbuild: ${form}`, async () => {
    const { outputFiles, warnings } = await build({
      stdin: { contents: code, resolveDir: project },
      bundle: true,
      format: 'cjs',
      write: false,
    })
    assert.deepEqual(warnings, [])
    const module = { exports: {} }
    const bundled = new Phone().run(`(function (module, exports) {${outputFiles[0].text}\n})`)
    bundled(module, module.exports)
    assert.equal(module.exports.default, false)
  })
}

function node(name, code) {
  writeFileSync(join(project, name), code)
  return execFileSync(process.execPath, [name], { cwd: project, encoding: 'utf8' }).trim()
}

function npm(...args) {
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return execFileSync('npm', [...args, ...quiet], { cwd: project, encoding: 'utf8' })
}
