/** `node v8.mjs SCRIPT` runs a plain script in V8 with nothing of Node's, as jsc does in its engine. */
import { readFileSync } from 'node:fs'
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
    fullGC: () => globalThis.gc(),
    gcHeapSize() {
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    },
  },
  { codeGeneration: { strings: false } },
)
vm.runInContext(readFileSync(path, 'utf8'), context, { filename: path })
