/** RabbitMQ of Debian with its plugin for MQTT over WebSocket, as a node of its own. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, launch } from '../../harness/server-process.mjs'
import { apt, aptHas, aptVersion } from '../install.mjs'

const LIBRARY = '/usr/lib/rabbitmq/lib'

export default {
  name: 'RabbitMQ',
  source: 'apt',
  versions: [3, 4],
  here: () => aptHas(LIBRARY),
  install: () => apt(LIBRARY, 'rabbitmq-server'),
  version: () => aptVersion('rabbitmq-server'),
  async start({ certificates, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'rabbitmq-'))
    const names = ['amqp', 'dist', 'epmd', 'mqtt', 'ws', 'wss']
    const ports = Object.fromEntries(
      await Promise.all(names.map(async name => [name, await freePort()])),
    )
    const env = environment(folder, ports)
    configure(folder, ports, certificates)
    // else the node would start one that goes on without it
    const mapper = launch('epmd', ['-address', '127.0.0.1'], { env, log })
    await mapper.listens(ports.epmd)
    const server = launch(program(), [], { env, cwd: folder, log })
    await server.listens(ports.ws, 120_000)
    await server.listens(ports.wss)
    return {
      urls: { ws: `wx://localhost:${ports.ws}/ws`, wss: `wxs://localhost:${ports.wss}/ws` },
      async close() {
        await server.stop(30_000)
        await mapper.stop()
        rmSync(folder, { recursive: true })
      },
    }
  },
  limits: {
    qos2: {
      zh: '最高 QoS 1：授予 1，并以 PUBACK 应答 QoS 2 的消息',
      en: 'QoS 1 at most: grants 1, and answers a message of QoS 2 with PUBACK',
    },
    noWill: {
      zh: '偶尔在正常断开后仍发布遗嘱',
      en: 'now and then publishes the will after a clean end',
    },
    unfinished2: {
      zh: 'QoS 2 的消息按 QoS 1 处理，断线重发后投递两次',
      en: 'takes QoS 2 for QoS 1, and delivers twice what is sent again after a break',
    },
    shared: { zh: '接受订阅，但不投递', en: 'grants the subscription and delivers nothing' },
  },
}

/** The server's own script: Debian's around it changes the user. */
function program() {
  const [version] = readdirSync(LIBRARY).filter(name => name.startsWith('rabbitmq_server-'))
  return join(LIBRARY, version, 'sbin/rabbitmq-server')
}

function environment(folder, ports) {
  return {
    HOME: folder,
    ERL_EPMD_PORT: `${ports.epmd}`,
    RABBITMQ_NODENAME: 'test@localhost',
    RABBITMQ_DIST_PORT: `${ports.dist}`,
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
  }
}

function configure(folder, ports, { caCertificate, certificate, key }) {
  writeFileSync(join(folder, 'enabled_plugins'), '[rabbitmq_web_mqtt].\n')
  const settings = {
    'listeners.tcp.1': `127.0.0.1:${ports.amqp}`,
    'mqtt.listeners.tcp.1': `127.0.0.1:${ports.mqtt}`,
    'mqtt.allow_anonymous': 'true',
    'web_mqtt.tcp.ip': '127.0.0.1',
    'web_mqtt.tcp.port': ports.ws,
    'web_mqtt.ssl.ip': '127.0.0.1',
    'web_mqtt.ssl.port': ports.wss,
    'web_mqtt.ssl.cacertfile': caCertificate,
    'web_mqtt.ssl.certfile': certificate,
    'web_mqtt.ssl.keyfile': key,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(join(folder, 'rabbitmq.conf'), lines.join(''))
}
