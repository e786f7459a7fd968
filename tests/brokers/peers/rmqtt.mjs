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
  limits: {},
}
