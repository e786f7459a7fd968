/** NATS of Debian, with MQTT over JetStream. A process for ws and one for wss: it has one listener. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, launch } from '../../harness/server-process.mjs'
import { apt, aptHas, aptVersion } from '../install.mjs'

const PROGRAM = '/usr/sbin/nats-server'
const QOS_1 = {
  zh: '最高 QoS 1：授予 1，收到 QoS 2 的消息就断开',
  en: 'QoS 1 at most: grants 1, and closes on a message of QoS 2',
}

export default {
  name: 'NATS',
  source: 'apt',
  versions: [4],
  here: () => aptHas(PROGRAM),
  install: () => apt(PROGRAM, 'nats-server'),
  version: () => aptVersion('nats-server'),
  async start({ certificates, log }) {
    const tls = `tls { cert_file: "${certificates.certificate}", key_file: "${certificates.key}" }`
    const ws = await serve('no_tls: true', log)
    const wss = await serve(tls, log)
    return {
      urls: { ws: `wx://localhost:${ws.port}/mqtt`, wss: `wxs://localhost:${wss.port}/mqtt` },
      close: () => Promise.all([ws.close(), wss.close()]),
    }
  },
  limits: {
    qos2: QOS_1,
    parallel2: QOS_1,
    unfinished2: QOS_1,
    shared: { zh: '接受订阅，但不投递', en: 'grants the subscription and delivers nothing' },
  },
}

async function serve(security, log) {
  const folder = mkdtempSync(join(tmpdir(), 'nats-'))
  const [tcp, mqtt, port] = [await freePort(), await freePort(), await freePort()]
  const config = join(folder, 'nats.conf')
  writeFileSync(
    config,
    `listen: "127.0.0.1:${tcp}"
server_name: test
jetstream { store_dir: "${folder}" }
mqtt { listen: "127.0.0.1:${mqtt}" }
websocket { listen: "127.0.0.1:${port}", ${security} }
`,
  )
  const server = launch(PROGRAM, ['-c', config], { log })
  await server.listens(port)
  return {
    port,
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
