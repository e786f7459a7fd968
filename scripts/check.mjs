/** Everything that can be judged without running the library: `./build.sh check`, after a build. */
import { fileURLToPath } from 'node:url'
import { runSteps } from './steps.mjs'

const clippy = ['cargo', 'clippy', '--locked']
const strict = ['--', '-D', 'warnings']
const bin = name => [process.execPath, `node_modules/${name}`]

export const CHECKS = [
  { name: 'Rust: formatting', command: ['cargo', 'fmt', '--check'] },
  {
    name: 'Rust: formatting of the fuzz targets',
    command: ['cargo', 'fmt', '--check', '--manifest-path', 'fuzz/Cargo.toml'],
  },
  {
    name: 'Rust: formatting of the benchmarks',
    command: ['cargo', 'fmt', '--check', '--manifest-path', 'benches/Cargo.toml'],
  },
  { name: 'Rust: clippy', command: [...clippy, '--all-targets', ...strict] },
  {
    name: 'Rust: clippy for WebAssembly',
    command: [
      ...clippy,
      '--lib',
      '--test',
      'wasm',
      '--target',
      'wasm32-unknown-unknown',
      ...strict,
    ],
  },
  {
    name: 'Rust: documentation',
    command: ['cargo', 'doc', '--locked', '--no-deps'],
    env: { RUSTDOCFLAGS: '-D warnings' },
  },
  { name: 'TypeScript: types', command: bin('typescript/bin/tsc') },
  { name: 'JavaScript: eslint', command: [...bin('eslint/bin/eslint.js'), '.'] },
  { name: 'JavaScript: prettier', command: [...bin('prettier/bin/prettier.cjs'), '--check', '.'] },
  { name: 'Habits: lengths and words', command: [process.execPath, 'scripts/habits.mjs'] },
  {
    name: 'Docs: links, images, code and commands',
    command: [process.execPath, 'scripts/docs.mjs'],
  },
  { name: 'Size budget of pkg/', command: [process.execPath, 'scripts/size.mjs', '--check'] },
  { name: 'npm package: publint', command: [...bin('publint/src/cli.js'), 'pkg', '--strict'] },
  {
    name: 'npm package: are the types wrong?',
    command: [...bin('@arethetypeswrong/cli/dist/index.js'), '--pack', 'pkg'],
  },
  {
    name: 'pkg/ is as committed',
    command: [process.execPath, 'scripts/compare.mjs'],
    waits: true, // the step before packs a tarball there
  },
  {
    name: 'pkg/ is the same in another folder',
    command: [process.execPath, 'scripts/reproduce.mjs'],
  },
]

if (process.argv[1] === fileURLToPath(import.meta.url)) await runSteps('check', CHECKS)
