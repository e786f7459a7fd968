/**
 * A digest of everything that pkg/ is made from. It is recorded in pkg/ at each build, so that the
 * demo can use a pkg/ that is up to date as it is, and the tests can refuse one that is not; by itself
 * this program says whether it is.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const SOURCES = [
  'Cargo.lock',
  'Cargo.toml',
  'LICENSE',
  'rust-toolchain.toml',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/fallback',
  'scripts/fallback.mjs',
  'scripts/formatting.mjs',
  'scripts/globals.js',
  'scripts/glue.mjs',
  'scripts/licenses.mjs',
  'scripts/minify.mjs',
  'scripts/pkg',
  'scripts/private-names.mjs',
  'scripts/sources.mjs',
  'scripts/steps.mjs',
  'scripts/wasm-bindgen',
  'scripts/wasm.mjs',
  'src',
  'tsconfig.json',
]

/** Packages of npm that shape what is built; the others only test it. */
const TOOLS = ['binaryen', 'esbuild', 'miniprogram-api-typings', 'terser', 'typescript']

const ROOT = join(import.meta.dirname, '..')
const RECORD = join(ROOT, 'pkg/.sources')

export function recordSources() {
  writeFileSync(RECORD, `${digest()}\n`)
}

/** Whether pkg/ was made from just what is there now. */
export function isUpToDate() {
  return existsSync(RECORD) && readFileSync(RECORD, 'utf8').trim() === digest()
}

function digest() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap(filesIn)) {
    const text = readFileSync(join(ROOT, file))
    hash.update(`${file} ${text.length}\n`).update(text)
  }
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  for (const name of TOOLS) hash.update(`${name} ${packages[`node_modules/${name}`].integrity}\n`)
  return hash.digest('hex')
}

function filesIn(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path]
  const names = readdirSync(join(ROOT, path)).sort()
  return names.flatMap(name => filesIn(`${path}/${name}`))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(isUpToDate() ? 0 : 1)
