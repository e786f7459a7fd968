/**
 * Fuzzing: `./build.sh fuzz [SECONDS] [TARGET]`, and a short run among the tests. The targets are
 * in `fuzz/`, as cargo-fuzz has them; libFuzzer is linked without a sanitizer, which works with the
 * stable toolchain, and overflow and debug assertions are checked.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { run, say } from './steps.mjs'

const TARGETS = ['decode', 'roundtrip', 'session']
const FOLDER = 'target/fuzz'

/** What cargo-fuzz gives rustc, for the coverage that leads the fuzzer. */
const FLAGS = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '--cfg',
  'fuzzing',
]

const [seconds = '1800', only] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(seconds) || (only && !TARGETS.includes(only))) {
  console.error(`usage: ./build.sh fuzz [SECONDS] [${TARGETS.join('|')}]`)
  process.exit(2)
}
const programs = build()
const wanted = only ? [only] : TARGETS
const failed = wanted.filter(target => !fuzz(target, Number(seconds)))
console.log(`fuzz: ${wanted.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length ? 1 : 0)

/** The folder of the fuzzing programs. */
function build() {
  say('Building the fuzz targets')
  const host = /^host: (.+)$/m.exec(run('rustc', ['-vV'], { quiet: true }))[1]
  const args = ['build', '--release', '--locked', '--manifest-path', 'fuzz/Cargo.toml']
  // with a target named, the flags are not for build scripts
  run('cargo', [...args, '--target', host, '--target-dir', FOLDER], {
    env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: FLAGS.join('\x1f') },
  })
  return join(FOLDER, host, 'release')
}

/** Whether nothing was found. What earlier runs have learned is kept, and gone on with. */
function fuzz(target, seconds) {
  const corpus = join(FOLDER, 'corpus', target)
  const found = join(FOLDER, 'found', `${target}-`)
  mkdirSync(corpus, { recursive: true })
  mkdirSync(join(FOLDER, 'found'), { recursive: true })
  plant(target, corpus)
  say(`Fuzzing ${target} for ${seconds} s`)
  const program = join(programs, target)
  const options = [`-max_total_time=${seconds}`, `-artifact_prefix=${found}`, '-timeout=10']
  const { status, stderr, error } = spawnSync(
    program,
    [corpus, ...options, '-rss_limit_mb=1024', '-print_final_stats=1', '-verbosity=0'],
    { stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  if (error) throw new Error(`${program} cannot be run: ${error.message}`)
  if (status !== 0) {
    console.error(stderr)
    console.error(`${target} has failed. Again with the input named above: ${program} FILE`)
    return false
  }
  const runs = /number_of_executed_units: (\d+)/.exec(stderr)
  console.log(`${target}: ${runs[1]} inputs, corpus of ${readdirSync(corpus).length}`)
  return true
}

/** The packet vectors are where the fuzzer begins. */
function plant(target, corpus) {
  const vectors = JSON.parse(readFileSync('tests/vectors/packets.json', 'utf8'))
  for (const { hex } of vectors.filter(vector => vector.hex)) {
    const packet = Buffer.from(hex, 'hex')
    // `decode` takes the size of the pieces first
    const seed = target === 'decode' ? Buffer.concat([Buffer.of(3), packet]) : packet
    const file = join(corpus, createHash('sha1').update(seed).digest('hex'))
    if (!existsSync(file)) writeFileSync(file, seed)
  }
}
