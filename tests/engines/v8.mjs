/** `node v8.mjs SCRIPT` runs a plain script in V8 with nothing of Node's, as jsc does in its engine. */
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import vm from 'node:vm'

const [path] = process.argv.slice(2)
const context = vm.createContext(
  {
    print: console.log,
    readFile: file => new Uint8Array(readFileSync(file)),
    // as soon as jsc's, where 0 ms are no millisecond
    setTimeout: (run, delay) => (delay ? setTimeout(run, delay) : setImmediate(run)),
    WebAssembly,
    preciseTime: () => performance.now() / 1000,
    fullGC: () => collector()(),
    gcHeapSize() {
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    },
  },
  { codeGeneration: { strings: false } },
)

/** The garbage collector. A context that is made with the flag has it as a global, which no phone has. */
function collector() {
  setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return collect
}

vm.runInContext(readFileSync(path, 'utf8'), context, { filename: path })
