/**
 * Runs plain scripts in engines that are like a phone's: V8, and JavaScriptCore with and without its
 * compilers (a phone with iOS has it without). A script gets `engine`: what the scenarios need of it,
 * and the files of the package.
 */
import { build } from 'esbuild'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export const ENGINES = {
  V8: {
    command: [process.execPath, '--expose-gc', fileURLToPath(new URL('v8.mjs', import.meta.url))],
  },
  JavaScriptCore: { command: ['jsc'] },
  'JavaScriptCore without JIT': { command: ['jsc', '--useJIT=0'] },
}

/** One script of a module and all that it imports. */
export async function bundled(entry) {
  const path = name => fileURLToPath(new URL(name, import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    inject: [path('scenario/natives.js')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'warning',
  })
  return outputFiles[0].text
}

/**
 * What the script printed, line by line as JSON. `files` are CommonJS sources by the names that they
 * get in `engine`, `values` plain values; `wasm` are the module's bytes.
 */
export async function runIn(
  { command: [file, ...args] },
  { script, files, values, wasm, limit: timeout },
) {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-engine-'))
  try {
    const wasmFile = join(folder, 'mqtt.wasm')
    const scriptFile = join(folder, 'script.js')
    writeFileSync(wasmFile, wasm)
    writeFileSync(scriptFile, whole(script, files, { ...values, wasmFile }))
    const options = { timeout, killSignal: 'SIGKILL', maxBuffer: 1 << 26 }
    const { stdout } = await execute(file, [...args, scriptFile], options).catch(error => {
      const reason = error.killed ? `was killed after ${timeout} ms` : `ended with ${error.code}`
      throw new Error(`${file} ${args.join(' ')} ${reason}\n${error.stdout}${error.stderr}`)
    })
    return stdout
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * jsc has what is used here, and v8.mjs as well. The files see globals only, so nothing of the engine's
 * once it is sealed.
 */
function whole(script, files, values) {
  const functions = Object.entries(files).map(
    ([name, text]) => `${name}: function (require, module, exports) {${text}\n},`,
  )
  return `(function (engine) {${script}})(Object.assign(${JSON.stringify(values)}, {
${functions.join('\n')}
print,
WebAssembly,
now: (precise => () => precise() * 1000)(preciseTime),
heap: ((collect, size) => () => (collect(), size()))(fullGC, gcHeapSize),
later: (set => run => set(run, 0))(setTimeout),
wasm: (bytes => () => bytes)(readFile(${JSON.stringify(values.wasmFile)}, 'binary')),
}))
`
}
