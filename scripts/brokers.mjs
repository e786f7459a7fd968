/**
 * Installs and starts real brokers, and holds the same conversation with each by the built library:
 * `./build.sh brokers [NAME…]`. All of them write docs/interop.md and docs/interop.en.md.
 */
import { PEERS } from '../tests/brokers/peers/index.mjs'
import { converse, withPeer } from '../tests/brokers/run.mjs'
import { say } from './steps.mjs'

const names = process.argv.slice(2).map(name => name.toLowerCase())
const chosen = PEERS.filter(({ name }) => !names.length || names.includes(name.toLowerCase()))
const results = []
for (const peer of chosen) {
  say(`${peer.name}: install`)
  peer.install()
  say(`${peer.name} ${peer.version()}: conversation`)
  await withPeer(peer, async (started, ca) => {
    const begin = Date.now()
    await converse(peer, started, ca, ({ version, transport, name, status, detail, mended }) => {
      if (status !== 'ok') console.log(`  ${version} ${transport} ${name}: ${status} ${detail}`)
      if (mended) console.log(`  ${version} ${transport} ${name}: the broker does it by now`)
    })
    console.log(`  ${(Date.now() - begin) / 1000} s`)
  })
}
