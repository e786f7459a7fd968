/**
 * A digest of everything that pkg/ is made from. It is recorded in pkg/ at each build, so that the
 * demo can use a pkg/ that is up to date as it is; by itself this program says whether it is.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const SOURCES = [
  'Cargo.lock',
  'Cargo.toml',
  'LICENSE',
  'package-lock.json',
  'rust-toolchain.toml',
  'scripts',
  'src',
  'tsconfig.json',
]

const RECORD = 'pkg/.sources'

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
    const text = readFileSync(file)
    hash.update(`${file} ${text.length}\n`).update(text)
  }
  return hash.digest('hex')
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path]
  const names = readdirSync(path).sort()
  return names.flatMap(name => filesIn(`${path}/${name}`))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(isUpToDate() ? 0 : 1)
