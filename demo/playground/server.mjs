/** The playground: page, phones, broker and token API, on three ports of this machine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createBroker, publish } from '../broker.mjs'
import { localConfig } from '../local-config.mjs'
import { serve } from '../simulator/server.mjs'
import { ACCOUNT, startTokenApi } from '../token-api.mjs'
import { buildPlayground } from './build.mjs'
import { PHONES, startHub } from './hub.mjs'
import { BACKEND_PATH, startRelay } from './relay.mjs'

/** A user who may connect without a token: a backend, MQTTX, a test. */
export const BACKEND = { username: 'backend', password: ACCOUNT.appClientSecret }

const ROOT = resolve(import.meta.dirname, '../../miniprogram')

/** The identifier of each phone's device; DevTools has one of its own. */
const DEVICES = { a: 'device001', b: 'device002', devtools: 'device003' }

/**
 * @param {{port?: number, root?: string}} options the page is at `port`, the broker at the next, the
 *   token API at the one after; 0: any that are free. Fails with EADDRINUSE if one is taken.
 */
export async function startPlayground({ port = 0, root = ROOT } = {}) {
  const closers = []
  const close = () => {
    for (const closeOne of closers.splice(0).reverse()) closeOne()
  }
  try {
    return await start({ port, root, closers, close })
  } catch (error) {
    close()
    throw error
  }
}

async function start({ port, root, closers, close }) {
  const at = offset => (port === 0 ? 0 : port + offset)
  const tokens = await startTokenApi({ port: at(2) })
  closers.push(() => tokens.close())
  const broker = await createBroker(
    (clientId, username, password) =>
      (username === BACKEND.username && password === BACKEND.password) ||
      tokens.accepts(clientId, username, password),
  )
  closers.push(() => broker.close())

  const built = mkdtempSync(join(tmpdir(), 'mqtt-playground-'))
  closers.push(() => rmSync(built, { recursive: true }))
  const page = await serve({ built, root, port: at(0) })
  closers.push(() => {
    page.server.close()
    page.server.closeAllConnections()
  })
  const hub = startHub(page.server)
  closers.push(() => hub.close())
  const relay = await startRelay({
    broker,
    port: at(1),
    switches: () => hub.switches,
    show: row => hub.show(row),
    changed: row => hub.changed(row),
  })
  closers.push(() => relay.close())

  const url = `wx://127.0.0.1:${relay.port}`
  const kept = { clean: false, store: 'wx' } // so that nothing is lost, whatever is switched
  const configOf = deviceId =>
    localConfig({ url, restApiUrl: tokens.restApiUrl, deviceId, ...kept })
  hub.begin({
    addresses: { broker: url, tokens: tokens.restApiUrl },
    actions: {
      restart: () => relay.restart(),
      expire() {
        tokens.expireAll()
        relay.drop()
      },
      publish: message => publishAll(broker, message),
      switched(toggle, on) {
        if (toggle.status && on) relay.drop()
        relay.switched()
      },
    },
  })
  const configs = Object.fromEntries(PHONES.map(phone => [phone, configOf(DEVICES[phone])]))
  await buildPlayground({ root, out: built, configs })

  return {
    page: `http://127.0.0.1:${page.port}/`,
    broker: url,
    backend: `ws://127.0.0.1:${relay.port}${BACKEND_PATH}`,
    tokens: tokens.restApiUrl,
    devtoolsConfig: configOf(DEVICES.devtools),
    close,
  }
}

async function publishAll(broker, { topic, payload, qos, retain, count }) {
  for (let n = 1; n <= count; n++) {
    const text = count > 1 ? `${payload} ${n}/${count}` : payload
    await publish(broker, { topic, payload: Buffer.from(text), qos, retain })
  }
}
