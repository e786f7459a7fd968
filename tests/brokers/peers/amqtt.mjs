/** amqtt (PyPI). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, launch } from '../../harness/server-process.mjs'
import { pip } from '../install.mjs'

const VERSION = '0.12.1'

export default {
  name: 'amqtt',
  source: 'pip',
  versions: [4],
  install: () => pip('amqtt', VERSION),
  version: () => VERSION,
  async start({ certificates, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'amqtt-'))
    const [ws, wss] = [await freePort(), await freePort()]
    const config = join(folder, 'amqtt.yaml')
    writeFileSync(
      config,
      `listeners:
  default: { type: ws, bind: "127.0.0.1:${ws}" }
  secure:
    type: ws
    bind: "127.0.0.1:${wss}"
    ssl: true
    certfile: "${certificates.certificate}"
    keyfile: "${certificates.key}"
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin:
    allow_anonymous: true
`,
    )
    const server = launch(this.install(), ['-c', config], { cwd: folder, log })
    await server.listens(ws)
    await server.listens(wss)
    return {
      urls: { ws: `wx://localhost:${ws}`, wss: `wxs://localhost:${wss}` },
      async close() {
        await server.stop()
        rmSync(folder, { recursive: true })
      },
    }
  },
  limits: {
    session: {
      zh: '保留会话，但不投递离线消息',
      en: 'keeps the session, not its offline messages',
    },
    unfinished2: {
      zh: '断线后不记得 QoS 2 的消息，不应答其 PUBREL',
      en: 'forgets a QoS 2 message with its connection, and does not answer its PUBREL',
    },
    takeover: { zh: '两个连接都保留', en: 'keeps both connections' },
    shared: { zh: '接受订阅，但不投递', en: 'grants the subscription and delivers nothing' },
  },
}
