/** Runs Debian's mosquitto with settings of a test's own. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `settings` get the path of a file in a folder of their own, and are lines of mosquitto.conf. */
export async function launch(settings) {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'))
  const file = name => join(folder, name)
  // it would be another user than the one who may read the folder
  const own = process.getuid() === 0 ? ['user root'] : []
  const lines = [...own, ...settings(file), 'log_dest stderr', 'log_type all']
  writeFileSync(file('mosquitto.conf'), lines.join('\n') + '\n')

  const broker = spawn('/usr/sbin/mosquitto', ['-c', file('mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const log = watch(broker)
  await log.says('running')
  return {
    file,
    log,
    /** Has it read its files again. */
    async reload() {
      broker.kill('SIGHUP')
      await log.says('Reloading config')
    },
    close() {
      broker.kill()
      rmSync(folder, { recursive: true })
    },
  }
}

export function freePort() {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

/** Waits for words that the broker has not said before. */
function watch(broker) {
  let text = ''
  let past = ''
  let waiting
  const look = () => {
    const at = waiting ? text.indexOf(waiting.words) : -1
    if (at < 0) return
    text = text.slice(at + waiting.words.length)
    waiting.done()
    waiting = undefined
  }
  broker.stderr.setEncoding('utf8').on('data', chunk => {
    text += chunk
    past += chunk
    look()
  })
  broker.on('exit', code => waiting?.failed(new Error(`mosquitto ended (${code}):\n${text}`)))
  broker.on('error', error => waiting?.failed(error))
  return {
    /** All that it has said */
    past: () => past,
    says: words =>
      new Promise((done, failed) => {
        waiting = { words, done, failed }
        look()
      }),
  }
}
