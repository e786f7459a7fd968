/**
 * Installs and starts real brokers, and holds the same conversation with each by the built library:
 * `./build.sh brokers [NAME…]`. Once there is a result of every broker for what is built in pkg/, it
 * writes docs/interop.md and docs/interop.en.md. Ends with 1 if the library failed in a step.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../tests/brokers/install.mjs'
import { PEERS } from '../tests/brokers/peers/index.mjs'
import { count, page } from '../tests/brokers/report.mjs'
import { converse, poison, withPeer } from '../tests/brokers/run.mjs'
import { script, wasm } from '../tests/harness/package.mjs'
import { say } from './steps.mjs'

const PAGES = { zh: 'docs/interop.md', en: 'docs/interop.en.md' }
const BUILD = createHash('sha256').update(script).update(wasm).digest('hex')

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
let failed = false
for (const peer of chosen(process.argv.slice(2))) {
  try {
    const result = await examine(peer)
    save(result)
    const { failed: steps, oddFailed, ...rest } = count(result)
    console.log(`${peer.name}: ${rest.ok} ok, ${rest.limit} not by the broker, ${steps} FAILED;`)
    console.log(`  ${rest.passedOn} odd messages passed on, ${oddFailed} FAILED`)
    failed ||= steps + oddFailed > 0
  } catch (error) {
    console.error(`${peer.name}: ${error.stack}`)
    failed = true
  }
}
writePages()
process.exit(failed ? 1 : 0)

function chosen(names) {
  const wanted = names.map(name => name.toLowerCase())
  const known = PEERS.map(({ name }) => name)
  for (const name of wanted) {
    if (known.every(each => each.toLowerCase() !== name)) {
      console.error(`There is no broker "${name}". There are ${known.join(', ')}.`)
      process.exit(2)
    }
  }
  return PEERS.filter(({ name }) => !wanted.length || wanted.includes(name.toLowerCase()))
}

async function examine(peer) {
  say(`${peer.name}: install`)
  peer.install()
  const { name, source } = peer
  const version = peer.version()
  say(`${name} ${version}: conversation`)
  return withPeer(peer, async (started, ca) => {
    const runs = await converse(peer, started, ca, tellStep)
    const odd = await poison(peer, started, ca, tellOdd)
    return { name, version, source, build: BUILD, runs, odd }
  })
}

function tellStep({ version, transport, name, status, detail, mended, other }) {
  const place = `  MQTT level ${version} ${transport} ${name}`
  if (status === 'failed') console.log(`${place}: FAILED ${detail} (MQTT.js: ${other})`)
  if (mended) console.log(`${place}: the broker does this by now, its file says it does not`)
}

function tellOdd({ version, name, status, errors }) {
  if (status === 'failed')
    console.log(`  MQTT level ${version} ${name}: FAILED ${errors.join('; ')}`)
}

function fileOf(name) {
  return join(ROOT, 'results', `${name}.json`)
}

function save(result) {
  mkdirSync(join(ROOT, 'results'), { recursive: true })
  writeFileSync(fileOf(result.name), JSON.stringify(result, undefined, 2))
}

function writePages() {
  const results = PEERS.map(({ name }) => fileOf(name))
    .filter(existsSync)
    .map(path => JSON.parse(readFileSync(path, 'utf8')))
    .filter(({ build }) => build === BUILD)
  if (results.length < PEERS.length) {
    const missing = PEERS.filter(({ name }) => results.every(result => result.name !== name))
    say(`docs/ stays as it is: no result for ${missing.map(({ name }) => name).join(', ')}`)
    return
  }
  for (const [language, path] of Object.entries(PAGES)) {
    writeFileSync(path, page(language, results))
  }
  say(`Wrote ${Object.values(PAGES).join(' and ')}`)
}
