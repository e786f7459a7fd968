/**
 * DevTools' command line: where it is on macOS and Windows, and how a project is opened for automation.
 * The automator's own launcher is not used: since Node.js 20.12 it cannot run a .bat, and it hides what
 * the command line says and asks.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import automator from 'miniprogram-automator'

/** Milliseconds that DevTools may take to open the project, and between two attempts to connect. */
const OPENING = 120_000
const RETRY = 1_000

/**
 * @param {string} [given] by the user
 * @returns {string} its path; fails if there is none
 */
export function findCli(given, { platform = process.platform, env = process.env } = {}) {
  const places = given ? [given] : placesOn(platform, env)
  const found = places.find(existsSync)
  if (found) return found
  throw new Error(
    `找不到微信开发者工具，请用 --cli 指明它的 cli（Windows 上是 cli.bat）。
DevTools is not found: say where its cli (on Windows: cli.bat) is by --cli.
${places.map(place => `  ${place}`).join('\n')}`,
  )
}

/** Where installers put it. */
export function placesOn(platform, env) {
  if (platform === 'darwin') {
    const inside = 'wechatwebdevtools.app/Contents/MacOS/cli'
    return ['/Applications', posix.join(env.HOME ?? '', 'Applications')].map(folder =>
      posix.join(folder, inside),
    )
  }
  if (platform !== 'win32') return []
  const programs = [
    env['ProgramFiles(x86)'],
    env.ProgramFiles,
    env.LOCALAPPDATA,
    'D:\\Program Files (x86)',
    'D:\\Program Files',
  ]
  return programs
    .filter(Boolean)
    .map(folder => win32.join(folder, 'Tencent', '微信web开发者工具', 'cli.bat'))
}

/** A project that is open for automation, at ws://127.0.0.1:PORT. */
export function connectTo(wsEndpoint) {
  return automator.connect({ wsEndpoint })
}

/** The program and its arguments, to be handed to `spawn`. */
export function commandOf(cli, args, platform = process.platform) {
  if (platform !== 'win32') return { file: cli, args, options: {} }
  // a .bat is run by cmd.exe, which is given one line
  const quoted = [cli, ...args].map(text => (/^[\w-]+$/.test(text) ? text : `"${text}"`))
  return { file: quoted.join(' '), args: [], options: { shell: true } }
}

/**
 * Opens the project, and connects to it.
 * @param {string} cli
 * @param {{project: string, port: number}} options
 */
export async function openProject(cli, { project, port }) {
  const { file, args, options } = commandOf(cli, [
    'auto',
    '--project',
    project,
    '--auto-port',
    String(port),
    '--trust-project',
  ])
  const child = spawn(file, args, { stdio: 'inherit', ...options })
  let failure
  child.on('error', error => (failure = error.message))
  child.on('exit', code => code && (failure = `exit code ${code}`))

  const until = Date.now() + OPENING
  while (!failure && Date.now() < until) {
    try {
      return await connectTo(`ws://127.0.0.1:${port}`)
    } catch (error) {
      if (!/^Failed connecting/.test(error.message)) throw error
      await new Promise(done => setTimeout(done, RETRY))
    }
  }
  throw new Error(
    `开发者工具没有打开项目（${failure ?? '超时'}）。请先登录，并在「设置 → 安全设置」里打开「服务端口」。
DevTools has not opened the project (${failure ?? 'timeout'}). Sign in, and switch on 设置 → 安全设置 → 服务端口.`,
  )
}
