/**
 * The demo: the mini-program in a phone frame in the browser, with a broker and a token API on this
 * machine. The page's files are served as they are; only config.js gets local addresses.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startBroker } from './broker.mjs'
import { localConfig } from './local-config.mjs'
import { buildMiniprogram } from './simulator/build.mjs'
import { serve } from './simulator/server.mjs'
import { startTokenApi } from './token-api.mjs'

const DEFAULT_PORT = 8090
const PORTS_TO_TRY = 10

const root = resolve(import.meta.dirname, '../miniprogram')
const built = mkdtempSync(join(tmpdir(), 'mqtt-demo-'))
const tokens = await startTokenApi()
const broker = await startBroker(tokens.accepts)
const replaced = { 'config.js': localConfig({ url: broker.url, restApiUrl: tokens.restApiUrl }) }
await buildMiniprogram({ root, out: built, replaced })
const { server, port } = await serveSomewhere()

console.log(`
MQTT 服务器 broker      ${broker.url}
Token 接口  token API   ${tokens.restApiUrl}

在浏览器中打开 open     http://127.0.0.1:${port}/
依次点 then tap         获取Token  连接  订阅  发布
结束 stop               Ctrl-C
`)

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)

function stop() {
  server.close()
  server.closeAllConnections()
  tokens.close()
  broker.close()
  rmSync(built, { recursive: true })
  console.log('演示已结束 The demo has ended.')
  process.exit(0)
}

/** The port that was asked for, or the next that is free. */
async function serveSomewhere() {
  const first = Number(process.env.PORT ?? DEFAULT_PORT)
  for (let candidate = first; candidate < first + PORTS_TO_TRY; candidate++) {
    try {
      return await serve({ built, root, port: candidate })
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
    }
  }
  return serve({ built, root })
}
