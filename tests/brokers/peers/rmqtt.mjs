/** rmqtt (crates.io), a library: the program around it is in rmqtt/. */
import { join } from 'node:path'
import { freePort, launch } from '../../harness/server-process.mjs'
import { cargoBuild } from '../install.mjs'

const MANIFEST = join(import.meta.dirname, 'rmqtt/Cargo.toml')

export default {
  name: 'rmqtt',
  source: 'cargo',
  versions: [3, 4, 5],
  install: () => cargoBuild('rmqtt', MANIFEST, 'rmqtt-broker'),
  version: () => '0.24.0',
  async start({ certificates, log }) {
    const [ws, wss] = [await freePort(), await freePort()]
    const { certificate, key } = certificates
    const server = launch(this.install(), [`${ws}`, `${wss}`, certificate, key], { log })
    await server.listens(ws)
    await server.listens(wss)
    return {
      urls: { ws: `wx://localhost:${ws}/mqtt`, wss: `wxs://localhost:${wss}/mqtt` },
      close: server.stop,
    }
  },
  limits: {
    unfinished2: {
      zh: '断线后重发的消息投递两次，或不再应答',
      en: 'delivers twice what is sent again after a break, or no longer answers',
    },
    shared: { zh: '作为库使用时没有', en: 'has none as a library' },
    packetSize: {
      zh: '消息对订阅者过长时断开其连接',
      en: 'closes the connection of a subscriber for which a message is too large',
    },
  },
}
