/** ejabberd of Debian with its module for MQTT, in an Erlang node without a name. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, launch } from '../../harness/server-process.mjs'
import { apt, aptHas, aptVersion } from '../install.mjs'

const CONTROL = '/usr/sbin/ejabberdctl'

export default {
  name: 'ejabberd',
  source: 'apt',
  versions: [4, 5],
  here: () => aptHas(CONTROL),
  install: () => apt(CONTROL, 'ejabberd'),
  version: () => aptVersion('ejabberd'),
  async start({ certificates, log }) {
    const folder = mkdtempSync(join(tmpdir(), 'ejabberd-'))
    const [ws, wss] = [await freePort(), await freePort()]
    const config = join(folder, 'ejabberd.yml')
    writeFileSync(config, settings(ws, wss, certificates))
    // Debian's script would change the user, and start a name server that goes on without it
    const server = launch(
      'erl',
      ['-noinput', '-mnesia', 'dir', JSON.stringify(join(folder, 'mnesia')), '-s', 'ejabberd'],
      {
        cwd: folder,
        log,
        env: {
          ERL_LIBS: libraries(),
          EJABBERD_CONFIG_PATH: config,
          EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
          HOME: folder,
        },
      },
    )
    await server.listens(ws)
    await server.listens(wss)
    return {
      urls: { ws: `wx://localhost:${ws}/mqtt`, wss: `wxs://localhost:${wss}/mqtt` },
      // a user name is an address of its host
      login: { username: 'user@localhost', password: 'any' },
      async close() {
        await server.stop()
        rmSync(folder, { recursive: true })
      },
    }
  },
  limits: {
    shared: {
      zh: '3.1.1 时断开连接；5.0 时在 CONNACK 中声明不支持',
      en: 'closes the connection at 3.1.1, says in CONNACK that it has none at 5.0',
    },
    expiry: { zh: '投递已过期的消息', en: 'delivers a message that has expired' },
  },
}

/** Where Debian has ejabberd's code, which depends on the machine. */
function libraries() {
  return /^ERL_LIBS='(.*)'$/m.exec(readFileSync(CONTROL, 'utf8'))[1]
}

function settings(ws, wss, { certificate, key }) {
  const listener = (port, tls) => `
  - port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_http
    tls: ${tls}
    request_handlers:
      /mqtt: mod_mqtt`
  return `hosts: [localhost]
loglevel: info
certfiles: ["${certificate}", "${key}"]
auth_method: anonymous
anonymous_protocol: login_anon
allow_multiple_connections: true
listen:${listener(ws, false)}${listener(wss, true)}
modules:
  mod_mqtt:
    access_publish: { "#": [allow: all] }
    access_subscribe: { "#": [allow: all] }
    max_queue: unlimited
`
}
