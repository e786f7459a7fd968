/**
 * The licences of what ships in pkg/ and was not written here: pkg/THIRD-PARTY-LICENSES.txt, made at
 * each build from what cargo and the bundler say that they used. A licence that is not on the list
 * below, or a package from elsewhere than the public registry, fails the build.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './steps.mjs'

/** Licences that allow what the MIT licence of this project allows, the preferred one first. */
const ALLOWED = ['MIT', 'Apache-2.0', 'Unicode-3.0']

const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index'

const TITLE = `Third-party licences of mqtt-miniprogram

mqtt-miniprogram itself is under the MIT licence, see LICENSE. mqtt.wasm.br, mqtt.min.js and
mqtt.fallback.js contain parts of the packages below; each is followed by the licence under which it
is used here.
`

/** What ships without being a package that cargo or the bundler names, under Apache-2.0. */
const TOOLCHAIN = [
  'The Rust standard library, with hashbrown and compiler_builtins (MIT OR Apache-2.0), ' +
    'https://github.com/rust-lang/rust, The Rust Project Contributors',
  'Binaryen: what surrounds the module in mqtt.fallback.js (Apache-2.0), ' +
    'https://github.com/WebAssembly/binaryen',
]

/**
 * The text of THIRD-PARTY-LICENSES.txt.
 *
 * @param {string[]} bundled the files that the bundler put into mqtt.min.js
 */
export function thirdPartyLicenses(bundled) {
  const fromNpm = bundled.filter(path => path.includes('node_modules/'))
  if (fromNpm.length > 0) throw new Error(`mqtt.min.js contains ${fromNpm[0]}: name its licence`)

  const crates = shippedCrates()
  const apache = findText(
    crates.find(({ name }) => name === 'wasm-bindgen'),
    'Apache-2.0',
  )
  const entries = [
    ...crates.map(crate => ({ title: titleOf(crate), texts: textsOf(crate, apache) })),
    ...TOOLCHAIN.map(title => ({ title, texts: [apache] })),
  ]
  const titlesOf = new Map()
  for (const { title, texts } of entries) {
    const text = texts.join('\n\n')
    titlesOf.set(text, [...(titlesOf.get(text) ?? []), title])
  }
  const sections = Array.from(titlesOf, ([text, titles]) => `${titles.join('\n')}\n\n${text}\n`)
  return [TITLE, ...sections].join(`\n${'-'.repeat(80)}\n\n`)
}

/**
 * The allowed licences of an expression of SPDX, the preferred one first: a list for each of what AND
 * joins, as one of what OR joins is enough.
 */
export function allowedLicenses(expression) {
  return expression.split(' AND ').map(term => {
    const offered = term.replace(/[()]/g, '').split(/ OR |\//)
    const allowed = ALLOWED.filter(license => offered.includes(license))
    if (allowed.length === 0) throw new Error(`"${expression}" is not an allowed licence`)
    return allowed
  })
}

/** Every crate that is linked into the module, sorted by name: no build tools, no macros, no tests. */
function shippedCrates() {
  const metadata = run(
    'cargo',
    ['metadata', '--locked', '--format-version=1', '--filter-platform=wasm32-unknown-unknown'],
    { quiet: true, maxBuffer: 64 * 1024 ** 2 },
  )
  const { packages, resolve } = JSON.parse(metadata)
  const packageOf = new Map(packages.map(crate => [crate.id, crate]))
  const nodeOf = new Map(resolve.nodes.map(node => [node.id, node]))
  const found = new Set()
  const visit = id => {
    for (const { pkg, dep_kinds: kinds } of nodeOf.get(id).deps) {
      const isLinked = kinds.some(({ kind }) => kind === null)
      const isMacro = packageOf.get(pkg).targets.some(({ kind }) => kind.includes('proc-macro'))
      if (!isLinked || isMacro || found.has(pkg)) continue
      found.add(pkg)
      visit(pkg)
    }
  }
  visit(resolve.root)
  const crates = Array.from(found, id => packageOf.get(id))
  const foreign = crates.find(({ source }) => source !== REGISTRY)
  if (foreign) throw new Error(`${foreign.name} comes from ${foreign.source}, not from crates.io`)
  return crates.sort((one, other) => (one.name < other.name ? -1 : 1))
}

function titleOf({ name, version, license, repository, authors }) {
  const by = authors.map(author => author.replace(/ <.*/, '')).join(', ')
  return [`${name} ${version} (${license})`, repository, by].filter(Boolean).join(', ')
}

/** A crate may come without texts; that of Apache-2.0 is the same for all, and that of others is not. */
function textsOf(crate, apache) {
  return allowedLicenses(crate.license).map(licenses => {
    const found = licenses.map(license => findText(crate, license)).find(Boolean)
    const text = found ?? (licenses.includes('Apache-2.0') ? apache : undefined)
    if (!text) throw new Error(`${crate.name} does not come with the text of ${licenses[0]}`)
    return text
  })
}

function findText({ manifest_path: manifest }, license) {
  const folder = dirname(manifest)
  const suffix = license.split('-')[0]
  const only = /^licen[cs]e(\.(txt|md))?$/i
  const named = new RegExp(`^licen[cs]e-${suffix}(\\.(txt|md))?$`, 'i')
  const names = readdirSync(folder)
  const name = names.find(name => named.test(name)) ?? names.find(name => only.test(name))
  return name && readFileSync(join(folder, name), 'utf8').replace(/\r/g, '').trim()
}
