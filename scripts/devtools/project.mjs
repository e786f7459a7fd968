/** The project that DevTools opens: the example app, beside the user's own settings of DevTools. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Copies the example app to `folder`, and returns its full path.
 * @param {string} folder
 * @param {string} [config] the text of config.js, in the place of the user's
 */
export function copyProject(folder, config) {
  rmSync(folder, { recursive: true, force: true })
  cpSync('miniprogram', join(folder, 'miniprogram'), { recursive: true })
  if (config) writeFileSync(join(folder, 'miniprogram/config.js'), config)
  const settings = JSON.parse(readFileSync('project.config.json', 'utf8'))
  // a broker of this machine has neither a domain nor a certificate
  settings.setting.urlCheck = !config
  writeFileSync(join(folder, 'project.config.json'), JSON.stringify(settings, undefined, 2))
  return resolve(folder)
}
