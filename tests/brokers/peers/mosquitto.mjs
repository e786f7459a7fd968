/** Eclipse mosquitto of Debian. Its WebSocket listener sends about 4 kB in 100 ms. */
import { freePort, launch } from '../../harness/mosquitto.mjs'
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
    return {
      urls: { ws: `wx://localhost:${ws}`, wss: `wxs://localhost:${wss}` },
      close: broker.close,
    }
  },
  limits: {},
}
