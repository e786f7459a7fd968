/**
 * Eclipse mosquitto of Debian. Its WebSocket listener sends about 4 kB in 100 ms, so that there is
 * another, `quick`, in front of the one for TCP.
 */
import { freePort, launch } from '../../harness/mosquitto.mjs'
import { bridge } from '../../harness/ws-bridge.mjs'
import { apt, aptVersion } from '../install.mjs'

export default {
  name: 'mosquitto',
  source: 'apt',
  versions: [3, 4, 5],
  install: () => apt('/usr/sbin/mosquitto', 'mosquitto'),
  version: () => aptVersion('mosquitto'),
  async start({ certificates, log }) {
    const [tcp, ws, wss] = [await freePort(), await freePort(), await freePort()]
    const broker = await launch(
      () => [
        `listener ${tcp} 127.0.0.1`, // 2.0.11 does not start with WebSocket alone
        `listener ${ws} 127.0.0.1`,
        'protocol websockets',
        `listener ${wss} 127.0.0.1`,
        'protocol websockets',
        `certfile ${certificates.certificate}`,
        `keyfile ${certificates.key}`,
        'allow_anonymous true',
        'max_queued_messages 0',
      ],
      { log },
    )
    const quick = await bridge(tcp)
    return {
      urls: { ws: `wx://localhost:${ws}`, wss: `wxs://localhost:${wss}` },
      quick: `wx://localhost:${quick.port}`,
      async close() {
        quick.close()
        await broker.close()
      },
    }
  },
  limits: {},
}
