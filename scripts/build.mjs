/**
 * Builds pkg/, what a user takes, and puts the two files that a page needs into miniprogram/utils/.
 * pkg/ is the npm package, too; 构建 npm copies its folder miniprogram_dist/ as a whole and nothing else, so
 * that has the two files once more.
 *
 *     node scripts/build.mjs [--bindgen COMMAND]
 *
 * COMMAND is a wasm-bindgen that is there already; without it one is built.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import { bundle } from './bundle.mjs'
import { translate } from './fallback.mjs'
import { thirdPartyLicenses } from './licenses.mjs'
import { recordSources } from './sources.mjs'
import { run, say } from './steps.mjs'
import { buildBindgen, buildWasm } from './wasm.mjs'

const PAGE_FILES = ['mqtt.min.js', 'mqtt.wasm.br']

const { values: given } = parseArgs({ options: { bindgen: { type: 'string' } } })
const bindgen = given.bindgen ?? buildBindgen()
const glue = buildWasm({ target: resolve('target'), bindgen })

say('Bundling the shim and writing pkg/')
mkdirSync('pkg', { recursive: true })
const bundled = await bundle({ glue, outfile: 'pkg/mqtt.min.js' })
const wasm = readFileSync(join(glue, 'mqtt_bg.wasm'))
writeFileSync('pkg/mqtt.wasm.br', brotli(wasm))
const fallback = await translate({ target: resolve('target'), glue })
writeFileSync('pkg/mqtt.fallback.js', fallback)
copyFileSync('src/shim/api.d.ts', 'pkg/index.d.ts')
copyFileSync('LICENSE', 'pkg/LICENSE')
writeFileSync('pkg/THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(bundled))
cpSync('scripts/pkg', 'pkg', { recursive: true })
writeManifest('pkg/package.json')
for (const folder of ['pkg/miniprogram_dist', 'miniprogram/utils']) {
  mkdirSync(folder, { recursive: true })
  for (const name of PAGE_FILES) copyFileSync(`pkg/${name}`, `${folder}/${name}`)
}
recordSources()

const script = readFileSync('pkg/mqtt.min.js')
console.log(`mqtt.min.js    ${kilobytes(script)} (${kilobytes(brotli(script))} as brotli)`)
console.log(`mqtt.wasm.br   ${kilobytes(brotli(wasm))} (${kilobytes(wasm)} unpacked)`)
console.log(
  `mqtt.fallback.js ${kilobytes(fallback)} (${kilobytes(brotli(fallback))} as brotli), optional`,
)
console.log('pkg/ is built, and copied into miniprogram/utils/')

/** The manifest's template, with the crate's version. */
function writeManifest(path) {
  const metadata = run('cargo', ['metadata', '--no-deps', '--format-version=1'], { quiet: true })
  const [{ version }] = JSON.parse(metadata).packages
  const { name, ...rest } = JSON.parse(readFileSync('scripts/pkg/package.json', 'utf8'))
  writeFileSync(path, JSON.stringify({ name, version, ...rest }, undefined, 2) + '\n')
}

function brotli(bytes) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants
  return brotliCompressSync(bytes, {
    params: {
      [BROTLI_PARAM_QUALITY]: 11,
      [BROTLI_PARAM_LGWIN]: 22,
      [BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

function kilobytes({ length }) {
  return `${(length / 1000).toFixed(1)} kB`
}
