/**
 * What becomes of the glue that wasm-bindgen writes, so that it serves phones, and costs what it does for
 * this library alone. Each step expects a certain text, and fails if wasm-bindgen has begun to write another.
 */
import { readFileSync, writeFileSync } from 'node:fs'

/** Before names are shortened. */
export function adaptGlue(script) {
  edit(script, text =>
    withArgumentsInPlace(withFewerCalls(withOwnText(withoutFinalizers(text)))).concat(
      viewsForgotten(text),
    ),
  )
}

/**
 * The imports of the module become the methods of one object: of exported functions the bundler would make
 * such an object itself, with a getter for each. `isImport` is asked for each function that is exported.
 */
export function gatherImports(script, isImport) {
  const methods = []
  edit(script, text => {
    const rest = text.replace(/^export function (\S+?)(\([^]*?^\})\n/gm, (all, name, method) => {
      if (!isImport(name)) return all
      methods.push(`${name}${method},\n`)
      return ''
    })
    return `${rest}\nexport const imports = {\n${methods.join('')}}\n`
  })
  if (!methods.length) throw unexpected('imports')
}

/** wasm-bindgen declares what its own loader exports; ours needs what lies beneath, and has ES2015. */
export function declareLoading(types) {
  edit(types, text => text.replace(/^ *\[Symbol\.dispose\].*\n/m, '') + LOADING)
}

/**
 * Text crosses by the shim's own codec of UTF-8, which phones lack; what is ASCII is written straight into
 * the memory. wasm-bindgen brings workarounds for what TextDecoder and TextEncoder are in browsers.
 */
function withOwnText(text) {
  const pattern = /, (wasm\.\w+), (wasm\.\w+)\);$/m
  const [, malloc, realloc] = pattern.exec(text) ?? []
  if (!realloc) throw unexpected('text that is passed')
  return [
    [/^/, `import { decodeUtf8 as decodeText, encodeUtf8 } from '#utf8'\n`],
    [/^let cachedTextDecoder = [^]*?^function decodeText[^]*?^\}\n/m, ''],
    [/^const cachedTextEncoder = [^]*?^if \(!\('encodeInto'[^]*?^\}\n/m, ''],
    [/^function passStringToWasm0[^]*?^\}\n/m, PASS_STRING],
    [/(?<=\bpass\w+ToWasm0\(\w+), [^)]+/g, ''],
    [/\bmalloc(?=\()/g, malloc],
    [/\brealloc(?=\()/g, realloc],
  ].reduce(replaced, text)
}

/**
 * wasm-bindgen gives each argument of the crate's methods a variable, and numbers a conversion, which the
 * call makes anyway. Arguments are evaluated in their order: the length of a text follows its address. What
 * is thrown on the way is a panic, after which nobody needs what was passed to be freed.
 */
function withArgumentsInPlace(text) {
  const inPlace = method => {
    const values = new Map()
    const passing = method.replace(
      /^ *let ptr.*\n *try \{\n([^]*?)^ *\} catch \(e\) \{\n[^]*?^ {8}\}\n/m,
      '$1',
    )
    const rest = passing.replace(
      /^ *(?:const |var )?((?:ptr|len|val)\d+) = \+?(.*);\n/gm,
      (_, name, value) => {
        values.set(name, value)
        return ''
      },
    )
    return rest.replace(/\b(?:ptr|len|val)\d+\b/g, name => values.get(name))
  }
  return text.replace(/^export class Core \{[^]*?^\}\n/m, core =>
    core.replace(/^ {4}\w+\(.*\) \{\n[^]*?^ {4}\}\n/gm, inPlace),
  )
}

/** What is called in one place is done there; and text is decoded from the view that bytes are passed by. */
function withFewerCalls(text) {
  return [
    [/^ {4}__destroy_into_raw\(\) \{\n([^]*?)^ *return ptr;\n {4}\}\n/m, ''],
    [
      /^ *const ptr = this\.__destroy_into_raw\(\);\n/m,
      'const ptr = this.__wbg_ptr;\nthis.__wbg_ptr = 0;\n',
    ],
    [/^function dropObject[^]*?^\}\n/m, ''],
    [
      /^ *dropObject\(idx\);\n/m,
      'if (idx >= 1028) {\nheap[idx] = heap_next;\nheap_next = idx;\n}\n',
    ],
    [
      /^ *ptr = ptr >>> 0;\n *return decodeText\(.*\);\n/m,
      'return decodeText(getArrayU8FromWasm0(ptr, len));\n',
    ],
  ].reduce(replaced, text)
}

/**
 * After a panic the glue gets a fresh instance: a finalizer of the old one would free there what is
 * another's. Few phones run finalizers at all.
 */
function withoutFinalizers(text) {
  return [
    [/^const CoreFinalization = [^;]*;\n/m, ''],
    [/^ *CoreFinalization\..*\n/gm, ''],
  ].reduce(replaced, text)
}

/**
 * The glue keeps views of the memory, and trusts that they are empty when the memory has grown. That
 * is so in WebAssembly; where the memory is an ArrayBuffer that was replaced they must be dropped.
 */
function viewsForgotten(text) {
  const views = Array.from(text.matchAll(/^let (cached\w+Memory0) = null;$/gm), ([, name]) => name)
  if (!views.length) throw unexpected('views of the memory')
  const forget = views.map(name => `    ${name} = null;\n`).join('')
  return `\nexport function forgetViews() {\n${forget}}\n`
}

function replaced(text, [pattern, replacement]) {
  if (text.search(pattern) < 0) throw unexpected(pattern)
  return text.replace(pattern, replacement)
}

function edit(path, change) {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

function unexpected(what) {
  return new Error(`the glue has no ${what}: has wasm-bindgen changed?`)
}

const PASS_STRING = `function passStringToWasm0(arg) {
    const { length } = arg;
    let ptr = malloc(length, 1) >>> 0;
    const mem = getUint8ArrayMemory0();
    WASM_VECTOR_LEN = length;
    for (let at = 0; at < length; at++) {
        const code = arg.charCodeAt(at);
        if (code > 0x7F) {
            const bytes = encodeUtf8(arg);
            WASM_VECTOR_LEN = bytes.length;
            ptr = realloc(ptr, length, WASM_VECTOR_LEN, 1) >>> 0;
            getUint8ArrayMemory0().set(bytes, ptr);
            break;
        }
        mem[ptr + at] = code;
    }
    return ptr;
}
`

const LOADING = `
/** Gives the glue the instance's exports, before anything else is used; without them it has no instance. */
export function __wbg_set_wasm(exports?: object): void
/** What the module imports: \`instantiate(path, { [importsFrom]: imports })\` */
export const imports: object
export const importsFrom: string
/** Drops all views of the memory: it is another instance's from now on, or another buffer. */
export function forgetViews(): void
`
