/**
 * `./build.sh devtools`: has WeChat's own automator tap the page of the guide in DevTools, and prints a
 * report that can be pasted into an issue. It is a copy of the example app in target/devtools, set up for
 * a broker and a token API of this machine, so that no account is needed.
 *
 *     node scripts/devtools.mjs [--cli FILE] [--port PORT] [--own-config] [--endpoint URL]
 *
 * `--cli` is DevTools' cli, where it is not found by itself; `--port` is the port that it opens for
 * automation. `--own-config` leaves miniprogram/config.js as it is. `--endpoint` (ws://127.0.0.1:9420)
 * takes a DevTools that has the project open for automation already.
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startBroker } from '../demo/broker.mjs'
import { localConfig } from '../demo/local-config.mjs'
import { startTokenApi } from '../demo/token-api.mjs'
import { connectTo, findCli, openProject } from './devtools/cli.mjs'
import { walkGuide } from './devtools/guide.mjs'
import { copyProject } from './devtools/project.mjs'
import { reportOf } from './devtools/report.mjs'

const FOLDER = 'target/devtools'
const PICTURE = `${FOLDER}/screen.png`

const { values: options } = parseArgs({
  options: {
    cli: { type: 'string' },
    port: { type: 'string', default: '9420' },
    'own-config': { type: 'boolean', default: false },
    endpoint: { type: 'string' },
  },
})

process.chdir(resolve(import.meta.dirname, '..'))
mkdirSync(FOLDER, { recursive: true })
const closers = []
try {
  process.exitCode = await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
for (const close of closers.reverse()) close()

/** Returns the exit code. */
async function main() {
  const config = options['own-config'] ? undefined : await startServers()
  const miniProgram = await connect(config)
  closers.push(() => miniProgram.disconnect())
  const walk = await walkGuide(miniProgram)
  const system = await miniProgram.systemInfo()
  await miniProgram.screenshot({ path: PICTURE })
  console.log(`\n${reportOf({ ...walk, system, usesOwnConfig: !config })}\n`)
  console.log(`画面 the screen: ${PICTURE}`)
  return walk.steps.every(({ failure }) => !failure) ? 0 : 1
}

async function connect(config) {
  if (options.endpoint) return connectTo(options.endpoint)
  const project = copyProject(`${FOLDER}/project`, config)
  return openProject(findCli(options.cli), { project, port: Number(options.port) })
}

/** A broker and a token API; returns the text of the config.js for them. */
async function startServers() {
  const tokens = await startTokenApi()
  closers.push(() => tokens.close())
  const broker = await startBroker(tokens.accepts)
  closers.push(() => broker.close())
  return localConfig({ url: broker.url, restApiUrl: tokens.restApiUrl, deviceId: 'devtools' })
}
