/**
 * From the Rust crate to `glue/`: mqtt_bg.wasm, the glue mqtt_bg.js and its types mqtt.d.ts.
 *
 * The module must be WebAssembly 1.0 (MVP) with mutable globals: older iPhones refuse more, and both
 * rustc and wasm-bindgen use more by default. So Rust compiles for no more than that, what its standard
 * library brings is lowered before wasm-bindgen sees it, and tests/wasm-module checks what comes out.
 */
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { COPYING } from './fallback/memory.mjs'
import { withoutFormatting } from './formatting.mjs'
import { adaptGlue, declareLoading, gatherImports } from './glue.mjs'
import { run, say } from './steps.mjs'

const TARGET = 'wasm32-unknown-unknown'
/** In the glue's folder, the module with its alignments */
export const ALIGNED = 'aligned.wasm'

export const MVP = ['--mvp-features', '--enable-mutable-globals']

/** `target` is a cargo target folder, `bindgen` the wasm-bindgen command. */
export function buildWasm({ target, bindgen }) {
  say('Compiling the core to WebAssembly')
  const linked = compile(target)

  const glue = join(target, 'glue')
  const stamp = join(glue, 'stamp')
  const inputs = digest([
    linked,
    bindgen,
    ...['wasm.mjs', 'glue.mjs', 'formatting.mjs'].map(name => `scripts/${name}`),
  ])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return glue

  say('Lowering, binding and optimising it')
  rmSync(glue, { recursive: true, force: true })
  mkdirSync(glue, { recursive: true })
  const lowered = join(target, 'lowered.wasm')
  lower(linked, lowered)
  bind(bindgen, lowered, glue)
  adaptGlue(join(glue, 'mqtt_bg.js'))
  shortenNames(glue)
  optimise(join(glue, 'mqtt_bg.wasm'))
  copyFileSync(join(glue, 'mqtt_bg.wasm'), join(glue, ALIGNED))
  finish(glue)
  declareLoading(join(glue, 'mqtt.d.ts'))
  writeFileSync(stamp, inputs)
  return glue
}

/** What rustc and the linker make of the crate, before anything is lowered. */
export function compile(target) {
  const env = { ...process.env, CARGO_ENCODED_RUSTFLAGS: rustFlags().join('\x1f') }
  const args = [
    'build',
    '--release',
    '--lib',
    '--locked',
    '--target',
    TARGET,
    '--target-dir',
    target,
  ]
  run('cargo', args, { env })
  return join(target, TARGET, 'release', 'mqtt_miniprogram.wasm')
}

/** Binds a module, whatever its features are; what it says of itself must be true, or be stripped. */
export function bind(bindgen, module, glue) {
  run(bindgen, ['--target', 'bundler', '--out-name', 'mqtt', '--out-dir', glue, module])
}

export function wasmOpt(args) {
  run(process.execPath, [resolve('node_modules/binaryen/bin/wasm-opt'), ...args])
}

/** The wasm-bindgen command at the version of the crate, built once from scripts/wasm-bindgen. */
export function buildBindgen() {
  const tools = resolve('target/tools')
  const wanted = lockedVersion('Cargo.lock', 'wasm-bindgen')
  const manifest = 'scripts/wasm-bindgen/Cargo.toml'
  const built = lockedVersion('scripts/wasm-bindgen/Cargo.lock', 'wasm-bindgen-cli')
  if (wanted !== built) {
    throw new Error(`Cargo.lock has wasm-bindgen ${wanted}, but ${manifest} makes ${built}: they must be
      the same. Set both versions in ${manifest} and run cargo update there.`)
  }
  const bindgen = join(
    tools,
    'release',
    `wasm-bindgen${process.platform === 'win32' ? '.exe' : ''}`,
  )
  if (!existsSync(bindgen)) say(`Building wasm-bindgen ${wanted} (once, a few minutes)`)
  const args = [
    'build',
    '--release',
    '--locked',
    '--manifest-path',
    manifest,
    '--target-dir',
    tools,
  ]
  // its web server's dependencies are old, and cargo would say so each time
  run('cargo', [...args, '--config', 'future-incompat-report.frequency="never"'])
  const version = run(bindgen, ['--version'], { quiet: true }).trim()
  if (version !== `wasm-bindgen ${wanted}`) {
    throw new Error(`${bindgen} is "${version}", not ${wanted}: delete ${tools} and build again.`)
  }
  return bindgen
}

/**
 * For a processor of WebAssembly 1.0: without reference types wasm-bindgen keeps JavaScript's objects in a
 * JavaScript array, not in an externref table; without bulk memory memcpy moves eight bytes at a time, where
 * what lowering makes of memory.copy moves one; and floats become integers as Rust wants it, where lowering
 * makes 0 of what is out of range. A stack of 64 KiB instead of 1 MiB is one page of memory instead of sixteen.
 *
 * Only small functions are inlined, even of those that are marked for it: with more the module would be 800
 * bytes larger, and a message cost a twentieth less. Loops whose number of rounds is not known beforehand are
 * not unrolled: that would be a kilobyte more, for a hundredth of the instructions. "-Os" and "-Oz" save about
 * a kilobyte, but a message would cost half as much again.
 *
 * No path of this machine may get into the module, or it would differ from machine to machine.
 */
function rustFlags() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  const registries = join(cargoHome, 'registry', 'src')
  run('cargo', ['fetch', '--locked', '--target', TARGET])
  const rust = run('rustc', ['-vV'], { quiet: true })
  const commit = /^commit-hash: (\w+)$/m.exec(rust)[1]
  const sysroot = run('rustc', ['--print', 'sysroot'], { quiet: true }).trim()
  // of two prefixes that fit, rustc takes the last
  const prefixes = [
    [cargoHome, '/cargo'],
    ...readdirSync(registries).map(name => [join(registries, name), '/cargo']),
    [join(sysroot, 'lib/rustlib/src/rust'), `/rustc/${commit}`],
    [process.cwd(), '/mqtt-miniprogram'],
  ]
  return [
    '-Ctarget-cpu=mvp',
    '-Clink-arg=-zstack-size=65536',
    '-Cllvm-args=--inline-threshold=40',
    '-Cllvm-args=--inlinehint-threshold=120',
    '-Cllvm-args=--unroll-runtime=false',
    ...prefixes.map(([path, name]) => `--remap-path-prefix=${path}=${name}`),
  ]
}

/**
 * The standard library comes compiled with later features; their instructions are replaced. It also
 * claims reference types, which it does not use, and wasm-bindgen would believe it: with that claim
 * and the intrinsics gone it knows that there are none. The crate's functions of C are exported because the
 * compiler must not take them for unused.
 */
function lower(module, lowered) {
  wasmOpt([
    '-g',
    '--llvm-memory-copy-fill-lowering',
    '--signext-lowering',
    '--llvm-nontrapping-fptoint-lowering',
    '--strip-target-features',
    '--remove-exports=__externref*',
    '--remove-exports=memcmp',
    module,
    '-o',
    lowered,
  ])
}

/**
 * The bundler cannot shorten what is a name in the module too, and wasm-bindgen names what crosses with
 * hashes: 4 kB of the script, and a kilobyte of the compressed module. `names.json` says which export
 * became which.
 *
 * Short names say nothing of the build that they belong to, so the name that they are imported from does:
 * a module of another build cannot be linked, where it would otherwise call wrong functions.
 */
function shortenNames(glue) {
  const [module, text, script] = ['mqtt_bg.wasm', 'mqtt_bg.wat', 'mqtt_bg.js'].map(name =>
    join(glue, name),
  )
  const compiled = new WebAssembly.Module(readFileSync(module))
  const imported = shortNames(WebAssembly.Module.imports(compiled))
  const exported = shortNames(WebAssembly.Module.exports(compiled).filter(isShortened))
  const replaced = (file, pattern) =>
    readFileSync(file, 'utf8').replace(pattern, (all, name) => {
      const short = imported.get(name) ?? exported.get(name)
      return short ? all.replace(name, () => short) : all
    })
  const importsFrom = `mqtt-${digest([module, script]).slice(0, 8)}`
  wasmOpt([...MVP, '-g', '--strip-producers', module, '-S', '-o', text])
  const named = replaced(text, /"(\w+)"/g).replaceAll('"./mqtt_bg.js"', `"${importsFrom}"`)
  writeFileSync(text, withoutFormatting(named))
  wasmOpt([...MVP, '--vacuum', text, '-o', module])
  rmSync(text)
  gatherImports(script, name => imported.has(name))
  const glued = replaced(script, /(?:\bwasm\.|^)(\w+)(?=\()/gm)
    .replaceAll('__wbg_ptr', '$ptr')
    .replaceAll('__destroy_into_raw', '$raw')
  writeFileSync(script, `${glued}\nexport const importsFrom = '${importsFrom}'\n`)
  writeFileSync(join(glue, 'names.json'), JSON.stringify(Object.fromEntries(exported)))
}

function shortNames(descriptors) {
  return new Map(descriptors.map(({ name }, at) => [name, `$${at.toString(36)}`]))
}

/** The shim knows the start of an instance by its name, and the memory as everybody does. */
function isShortened({ kind, name }) {
  return kind === 'function' && name !== '__wbindgen_start'
}

/**
 * Globals that wasm-bindgen exports for debuggers go: iOS refuses an exported global. A function with one
 * caller stays a function: the few bytes of a call compress better than one body of many locals. The first
 * kilobyte of the memory is the far end of the stack, so that a number that is added to an address may become
 * the offset of the access.
 */
function optimise(module) {
  wasmOpt([
    ...MVP,
    '--remove-exports=__abort_handler',
    '--remove-exports=__instance_terminated',
    '--strip-producers',
    '--one-caller-inline-max-function-size=0',
    '--low-memory-unused',
    '-Oz',
    '--converge',
    module,
    '-o',
    module,
  ])
}

/**
 * What a load or a store says of the alignment of its address is a hint that phones' engines make no use of,
 * and without which the module compresses better. In JavaScript unaligned accesses are made byte by byte, so
 * the fallback is translated from the module that has them; and by C's exports it finds memcpy and its like,
 * which nobody calls from outside.
 */
function finish(glue) {
  const module = join(glue, 'mqtt_bg.wasm')
  const names = JSON.parse(readFileSync(join(glue, 'names.json'), 'utf8'))
  const exports = COPYING.map(name => `--remove-exports=${names[name]}`)
  wasmOpt([...MVP, '--dealign', ...exports, module, '-o', module])
}

function lockedVersion(lock, name) {
  const version = new RegExp(`^name = "${name}"\nversion = "(.*)"$`, 'm').exec(
    readFileSync(lock, 'utf8'),
  )
  if (!version) throw new Error(`${lock} does not name ${name}`)
  return version[1]
}

function digest(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex')
}
