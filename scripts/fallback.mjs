/**
 * From the module to mqtt.fallback.js: the same code as JavaScript (wasm2js), for where WXWebAssembly
 * is missing. A CommonJS module that is one function: it takes the imports, and makes an instance.
 */
import { transformSync } from 'esbuild'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { minify } from 'terser'
import { dropCoercions } from './fallback/coercions.mjs'
import { dropInitialValues } from './fallback/initial-values.mjs'
import { callForMemory } from './fallback/memory.mjs'
import { MINIFYING } from './minify.mjs'
import { run, say } from './steps.mjs'
import { ALIGNED, MVP, wasmOpt } from './wasm.mjs'

/** `glue` has the final module. */
export async function translate({ target, glue }) {
  say('Translating the module to JavaScript')
  const module = join(glue, ALIGNED)
  const [{ module: importsFrom }] = WebAssembly.Module.imports(
    new WebAssembly.Module(readFileSync(module)),
  )
  const translated = withGrowthTold(toJavaScript(prepared(module, { target, glue }), target))
  const text = dropInitialValues(dropCoercions(translated)) + exported(importsFrom)
  const { code: short } = transformSync(text, {
    format: 'cjs',
    target: 'es2015',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
  })
  const compress = { ...MINIFYING.compress, passes: 1 } // more save nothing here
  const { code } = await minify(short, { ...MINIFYING, compress })
  return Buffer.from(code)
}

/** The module as text, its control flow as loops and conditions rather than as blocks that are left. */
function prepared(module, { target, glue }) {
  const text = join(target, 'fallback.wat')
  wasmOpt([...MVP, ...STRUCTURED, module, '-S', '-o', text])
  const names = JSON.parse(readFileSync(join(glue, 'names.json'), 'utf8'))
  writeFileSync(text, callForMemory(readFileSync(text, 'utf8'), names))
  return text
}

/** memory.copy and memory.fill are beyond WebAssembly 1.0, but not beyond JavaScript. */
function toJavaScript(module, target) {
  const translated = join(target, 'fallback.js')
  const wasm2js = resolve('node_modules/binaryen/bin/wasm2js')
  // this form is a function of the imports; the other runs at once, and only once
  const args = ['--emscripten', ...MVP, '--enable-bulk-memory-opt', '-Oz', module, '-o', translated]
  run(process.execPath, [wasm2js, ...args])
  return readFileSync(translated, 'utf8')
}

/** Memory that grows is another buffer from then on; who holds views must hear of it. */
function withGrowthTold(text) {
  const grown = /bufferView = HEAPU8;\n(?= *\}\n *return oldPages;)/g
  if (text.match(grown)?.length !== 1) throw new Error('wasm2js grows memory in another way now')
  return text.replace(grown, line => `${line}imports.memoryGrown();\n`)
}

/** The imports have a name of their build: where it is missing, the glue belongs to another one. */
function exported(importsFrom) {
  return `
module.exports = imports => {
  if (!imports['${importsFrom}']) throw new Error('it is not of the same version as mqtt.min.js')
  return instantiate(imports)
}
`
}

const STRUCTURED = [
  '--flatten',
  '--rereloop',
  '--vacuum',
  '--simplify-locals',
  '--coalesce-locals',
  '--remove-unused-brs',
  '--merge-blocks',
  '--vacuum',
]
