/** What the tests of the app have in common: how they are started, and with what around the phone. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test as nodeTest } from 'node:test'
import { parseArgs } from 'node:util'
import { startBroker } from '../../demo/broker.mjs'
import { localConfig } from '../../demo/local-config.mjs'
import { startTokenApi } from '../../demo/token-api.mjs'
import { openPhone } from './browser-phone.mjs'

/** See run.mjs. */
export const { values: options } = parseArgs({
  options: {
    client: { type: 'string' },
    root: { type: 'string', default: join(import.meta.dirname, '../../miniprogram') },
    screenshot: { type: 'string' },
  },
})

/** Many times what a test takes: it decides nothing, but a test that hangs is ended, and named. */
const LIMIT = 120_000
/** What a test that was ended left behind may keep the process alive, but not for longer, in ms. */
const LAST_WAIT = 20_000
let lastWait

export function test(name, ...rest) {
  const run = rest.pop()
  nodeTest(name, { timeout: LIMIT, ...rest[0] }, t => {
    clearTimeout(lastWait)
    t.after(() => (lastWait = setTimeout(leave, LAST_WAIT, name).unref()))
    return run(t)
  })
}

/**
 * A phone with the app, and its token API and broker; `time` is the token API's clock.
 * @param {object} t
 * @param {object} [config] changes of config.js
 * @param {object} [phone] options of the phone, see browser-phone.mjs
 */
export async function start(t, config = {}, phone = {}) {
  const time = { now: Date.now() }
  const tokens = await startTokenApi({ now: () => time.now })
  t.after(() => tokens.close())
  const broker = await startBroker(tokens.accepts)
  t.after(() => broker.close())
  const addresses = { url: broker.url, restApiUrl: tokens.restApiUrl }
  return { tokens, broker, time, phone: await openApp(t, { ...addresses, ...config }, phone) }
}

/** A phone with the app, set up for a broker that takes everyone. */
export async function startAnonymous(t, config = {}, phone = {}) {
  const broker = await startBroker(() => true)
  t.after(() => broker.close())
  const changes = { ...ANONYMOUS, url: broker.url, ...config }
  return { broker, phone: await openApp(t, changes, phone) }
}

/** No login; what config.js has of its first preset is gone. */
export const ANONYMOUS = { preset: 'anonymous', clientId: 'mp-test', username: '' }

/** A phone with the app, and nothing around it. */
export function openApp(t, config, phone = {}) {
  return open(t, { ...phone, replaced: { 'config.js': localConfig(config), ...phone.replaced } })
}

/** A phone with the app as it comes. */
export function openUnchanged(t) {
  return open(t, { replaced: {} })
}

function open(t, { replaced, ...phone }) {
  if (options.client) replaced['utils/mqtt.min.js'] = readFileSync(options.client, 'utf8')
  return openPhone(t, { root: resolve(options.root), replaced, ...phone })
}

/** Subscribes in the console. */
export async function subscribe(phone, filter, qos) {
  await phone.tap('add-subscription')
  await phone.type('filter', filter)
  await phone.tap(`filter-qos-${qos}`)
  await phone.tap('subscribe')
  await phone.page.locator('.chip .filter', { hasText: filter }).waitFor()
}

/** A message of the console. */
export function row(phone, text) {
  return phone.page.locator('wx-message-row', { hasText: text })
}

/** Unfolds a message, or folds it if it is unfolded. */
export function unfold(phone, text) {
  return row(phone, text).locator('[aria-role=button]').first().tap()
}

function leave(name) {
  console.error(`The last test was "${name}", and something that it started does not end.`)
  process.exit(1)
}
