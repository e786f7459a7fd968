/** Runs Debian's mosquitto with settings of a test's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch as launchProcess } from './server-process.mjs'

export { freePort } from './server-process.mjs'

/** `settings` get the path of a file in a folder of their own, and are lines of mosquitto.conf. */
export async function launch(settings, { log: logFile } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'))
  const file = name => join(folder, name)
  // it would be another user than the one who may read the folder
  const own = process.getuid() === 0 ? ['user root'] : []
  const lines = [...own, ...settings(file), 'log_dest stderr', 'log_type all']
  writeFileSync(file('mosquitto.conf'), lines.join('\n') + '\n')

  const broker = launchProcess('/usr/sbin/mosquitto', ['-c', file('mosquitto.conf')], {
    log: logFile,
  })
  await broker.output.says('running')
  return {
    file,
    log: broker.output,
    /** Has it read its files again. */
    async reload() {
      broker.signal('SIGHUP')
      await broker.output.says('Reloading config')
    },
    async close() {
      const stopped = broker.stop()
      rmSync(folder, { recursive: true })
      await stopped
    },
  }
}
