/**
 * `./build.sh devtools` against the simulator in the place of DevTools, with WeChat's automator as npm
 * has it.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { startBroker } from '../../demo/broker.mjs'
import { localConfig } from '../../demo/local-config.mjs'
import { freePort } from '../harness/server-process.mjs'
import { commandOf, connectTo, findCli, placesOn } from '../../scripts/devtools/cli.mjs'
import { ANONYMOUS } from './app.mjs'
import { automate } from './automation.mjs'
import { openPhone } from './browser-phone.mjs'

const ROOT = join(import.meta.dirname, '../..')

test('the guide passes, step by step, and the report says where', async () => {
  const cli = join(import.meta.dirname, 'simulator-cli.mjs')
  const { code, output } = await devtools('--cli', cli, '--port', String(await freePort()))
  assert.equal(code, 0, output)
  assert.match(output, /^mqtt-miniprogram \d+\.\d+\.\d+, \d{4}-/m)
  assert.match(output, /基础库 base library 3\.6\.6/)
  for (const name of ['获取Token', '连接', '订阅', '发布', '取消订阅', '断开']) {
    assert.match(output, new RegExp(`^\\[通过 passed\\] ${name} \\d+ ms$`, 'm'))
  }
  assert.doesNotMatch(output, /^console:/m)
})

test('a step that fails says so in the words of the page, and those behind it are not tried', async t => {
  const broker = await startBroker(() => false)
  t.after(() => broker.close())
  const { endpoint } = await startAutomation(t, { ...ANONYMOUS, url: broker.url })
  const { code, output } = await devtools('--endpoint', endpoint, '--own-config')
  assert.equal(code, 1)
  assert.match(output, /^\[失败 failed\] 连接: 连接失败：服务器拒绝连接：未授权/m)
  assert.match(output, /^\[未进行 skipped\] 订阅$/m)
})

test('without DevTools, and where it does not open, it says what to do', async () => {
  const missing = await devtools('--cli', '/nowhere/cli')
  assert.equal(missing.code, 1)
  assert.match(missing.output, /--cli[^]*\/nowhere\/cli/)
  const broken = await devtools('--cli', '/bin/false', '--port', String(await freePort()))
  assert.equal(broken.code, 1)
  assert.match(broken.output, /exit code 1[^]*服务端口/)
})

test('DevTools is looked for where it is installed, and cmd.exe runs it', () => {
  const env = { 'ProgramFiles(x86)': 'C:\\Program Files (x86)', HOME: '/Users/me' }
  assert.equal(
    placesOn('win32', env)[0],
    'C:\\Program Files (x86)\\Tencent\\微信web开发者工具\\cli.bat',
  )
  assert.equal(placesOn('darwin', env)[0], '/Applications/wechatwebdevtools.app/Contents/MacOS/cli')
  assert.throws(() => findCli(undefined, { platform: 'linux' }), /--cli/)
  assert.deepEqual(
    commandOf('C:\\Program Files\\cli.bat', ['auto', '--project', 'D:\\my app'], 'win32'),
    {
      file: '"C:\\Program Files\\cli.bat" auto --project "D:\\my app"',
      args: [],
      options: { shell: true },
    },
  )
})

test('the automator: elements, data, events, wx and pictures', async t => {
  const broker = await startBroker(() => true)
  t.after(() => broker.close())
  const { endpoint } = await startAutomation(t, { ...ANONYMOUS, url: broker.url })
  const miniProgram = await connectTo(endpoint)
  t.after(() => miniProgram.disconnect())

  const page = await miniProgram.currentPage()
  assert.equal(page.path, 'pages/index/index')
  assert.deepEqual(
    (await miniProgram.pageStack()).map(({ path }) => path),
    ['pages/index/index'],
  )
  assert.equal(await page.data('state.name'), 'offline')
  assert.equal(await page.data('qosNames[1]'), 'QoS 1')
  assert.equal(await page.$('#nowhere'), null)
  assert.ok((await page.$$('.card button')).length >= 5)
  const connect = await page.$('#connect')
  assert.equal(connect.tagName, 'button')
  assert.equal(await connect.text(), '连接')

  await (await page.$('#topic')).trigger('input', { value: '设备/一' })
  await (await page.$('#payload')).input('你好')
  await (await page.$('#pops-up')).tap()
  await (await page.$('#qos')).trigger('change', { value: '2' })
  await page.waitFor(async () => (await page.data('qos')) === 2)
  const { topic, payload, popsUp } = await page.data()
  assert.deepEqual({ topic, payload, popsUp }, { topic: '设备/一', payload: '你好', popsUp: false })

  assert.equal((await miniProgram.callWxMethod('getNetworkType')).networkType, 'wifi')
  await miniProgram.mockWxMethod('getNetworkType', { networkType: 'none' })
  assert.equal((await miniProgram.callWxMethod('getNetworkType')).networkType, 'none')
  await miniProgram.restoreWxMethod('getNetworkType')
  assert.equal((await miniProgram.callWxMethod('getNetworkType')).networkType, 'wifi')
  await assert.rejects(miniProgram.callWxMethod('scanCode'), /does not know wx\.scanCode/)
  await assert.rejects(page.setData({ topic: 'x' }), /does not know Page\.setData/)

  const picture = Buffer.from(await miniProgram.screenshot(), 'base64')
  assert.equal(picture.subarray(1, 4).toString(), 'PNG')
})

/** The simulator with the app, and the address where it takes the automator. */
async function startAutomation(t, config) {
  const root = join(ROOT, 'miniprogram')
  const phone = await openPhone(t, { root, replaced: { 'config.js': localConfig(config) } })
  const automation = await automate(phone)
  t.after(() => automation.close())
  return automation
}

/** Runs the command; what it said is one text. */
async function devtools(...args) {
  const command = spawn(process.execPath, ['scripts/devtools.mjs', ...args], { cwd: ROOT })
  const [stdout, stderr, code] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    new Promise(done => command.on('close', done)),
  ])
  return { code, output: stdout + stderr }
}
