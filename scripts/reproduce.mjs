/**
 * Builds pkg/ once more, from a copy of the sources in another folder with a target folder of its
 * own, and compares byte by byte: no path, no date, no order of files may get into what is shipped.
 */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { SOURCES, isUpToDate } from './sources.mjs'
import { run } from './steps.mjs'
import { buildBindgen } from './wasm.mjs'

/** Cargo reads no manifest whose targets are missing. */
const TARGETS = ['tests/core/main.rs', 'tests/wasm.rs']

if (!isUpToDate())
  throw new Error('pkg/ was built from other sources than there are now: build again.')
const parent = mkdtempSync(join(tmpdir(), 'mqtt-miniprogram-'))
const copy = join(parent, 'a folder of another name')
try {
  for (const path of [...SOURCES, ...TARGETS, 'package.json', 'package-lock.json'])
    cpSync(path, join(copy, path), { recursive: true })
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
  run(process.execPath, ['scripts/build.mjs', '--bindgen', buildBindgen()], { cwd: copy })

  const [here, there] = ['pkg', join(copy, 'pkg')].map(filesOf)
  const names = [...new Set([...here.keys(), ...there.keys()])]
  const different = names.filter(
    name => !here.get(name)?.equals(there.get(name) ?? Buffer.alloc(0)),
  )
  if (different.length) {
    console.error(`Different when built in another folder: ${different.join(', ')}`)
    process.exitCode = 1
  } else {
    console.log(`All ${names.length} files of pkg/ are the same when built in another folder.`)
  }
} finally {
  rmSync(parent, { recursive: true, force: true })
}

function filesOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  return new Map(files.map(file => [relative(folder, file), readFileSync(file)]))
}
