/**
 * From the module to mqtt.fallback.js: the same code as JavaScript (wasm2js), for where WXWebAssembly
 * is missing. A CommonJS module that is one function: it takes the imports, and makes an instance.
 */
import { transformSync } from 'esbuild'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run, say } from './steps.mjs'
import { ALIGNED } from './wasm.mjs'

/** `glue` has the final module. */
export function translate({ target, glue }) {
  say('Translating the module to JavaScript')
  const translated = join(target, 'fallback.js')
  // this form is a function of the imports; the other runs at once, and only once
  const wasm2js = resolve('node_modules/binaryen/bin/wasm2js')
  const module = join(glue, ALIGNED)
  run(process.execPath, [wasm2js, '--emscripten', '-Oz', module, '-o', translated])
  const [{ module: importsFrom }] = WebAssembly.Module.imports(
    new WebAssembly.Module(readFileSync(module)),
  )
  const text = withGrowthTold(readFileSync(translated, 'utf8')) + exported(importsFrom)
  const { code } = transformSync(text, {
    format: 'cjs',
    target: 'es2015',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
  })
  return Buffer.from(code)
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
