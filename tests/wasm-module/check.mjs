/** Checks one module: `node tests/wasm-module/check.mjs pkg/mqtt.wasm.br` (or a `.wasm`). */
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { violations } from './module.mjs'

const [path] = process.argv.slice(2)
if (!path) throw new Error('which file? node tests/wasm-module/check.mjs FILE')
const file = readFileSync(path)
const found = violations(path.endsWith('.br') ? brotliDecompressSync(file) : file)
for (const violation of found) console.log(violation)
console.log(
  `${path}: ${found.length ? `${found.length} violations` : 'WebAssembly 1.0, as it must be'}`,
)
process.exit(found.length ? 1 : 0)
