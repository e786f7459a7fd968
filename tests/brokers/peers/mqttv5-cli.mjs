/** The broker of mqttv5-cli (crates.io), strict about frames. */
import { freePort, launch } from '../../harness/server-process.mjs'
import { cargo } from '../install.mjs'

const VERSION = '0.29.10'

export default {
  name: 'mqttv5-cli',
  source: 'cargo',
  versions: [4, 5],
  install: () => cargo('mqttv5-cli', VERSION, 'mqttv5'),
  version: () => VERSION,
  async start({ certificates, log }) {
    const [tcp, ws, tls, wss] = await Promise.all([1, 2, 3, 4].map(freePort))
    const server = launch(
      this.install(),
      [
        ...['broker', '--non-interactive', '--allow-anonymous', '--storage-backend', 'memory'],
        ...['--host', `127.0.0.1:${tcp}`, '--ws-host', `127.0.0.1:${ws}`],
        ...['--tls-host', `127.0.0.1:${tls}`, '--ws-tls-host', `127.0.0.1:${wss}`],
        ...['--tls-cert', certificates.certificate, '--tls-key', certificates.key],
      ],
      { log },
    )
    await server.listens(ws)
    await server.listens(wss)
    return {
      urls: { ws: `wx://localhost:${ws}/mqtt`, wss: `wxs://localhost:${wss}/mqtt` },
      close: server.stop,
    }
  },
  limits: {},
}
