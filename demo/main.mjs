/**
 * The demo: the playground in the browser, with a broker and a token API on this machine. The
 * mini-program's files are served as they are; only config.js gets local addresses.
 *
 *     node demo/main.mjs [--port PORT]
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isUpToDate } from '../scripts/sources.mjs'
import { BACKEND, startPlayground } from './playground/server.mjs'

const DEFAULT_PORT = 8090
/** The page, the broker and the token API */
const PORTS = 3
const BLOCKS_TO_TRY = 10

const { values } = parseArgs({ options: { port: { type: 'string' } } })

process.chdir(resolve(import.meta.dirname, '..'))
if (!isUpToDate()) {
  console.warn(
    'pkg/ 不是由现在的源码构建的，请运行 ./build.sh。 pkg/ was not built from the sources as they are: run ./build.sh.',
  )
}
const playground = await startSomewhere()

console.log(`
MQTT 服务器 broker      ${playground.broker}
Token 接口  token API   ${playground.tokens}
后台        backend     ${playground.backend}（用户名 username ${BACKEND.username}，密码 password ${BACKEND.password}）

微信开发者工具：把 miniprogram/config.js 换成以下内容，并勾选「不校验合法域名」。
DevTools: put this into miniprogram/config.js, and switch off the check of domain names.

${playground.devtoolsConfig}
在浏览器中打开 open     ${playground.page}
依次点 then tap         获取Token  连接  订阅  发布
结束 stop               Ctrl-C
`)

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)

function stop() {
  playground.close()
  console.log('演示已结束 The demo has ended.')
  process.exit(0)
}

/** At the port that was asked for, or else at the first ports that are free. */
async function startSomewhere() {
  if (values.port !== undefined) return startAt(portOf(values.port))
  for (let block = 0; block < BLOCKS_TO_TRY; block++) {
    try {
      return await startPlayground({ port: DEFAULT_PORT + block * PORTS })
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error
    }
  }
  return startPlayground()
}

async function startAt(port) {
  try {
    return await startPlayground({ port })
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error
    fail(`端口 ${error.port} 已被占用。 Port ${error.port} is taken.`)
  }
}

function portOf(text) {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_533) {
    fail(`--port 须为 1 到 65533 的整数。 --port is a number from 1 to 65533, not "${text}".`)
  }
  return port
}

function fail(text) {
  console.error(text)
  process.exit(1)
}
