/**
 * WeChat's own compilers, offline: its packer for JavaScript, JSON and what is packed (npm
 * `miniprogram-ci`), 构建 npm, and those for WXML and WXSS (npm `miniprogram-compiler`). What they
 * refuse is an error with their words.
 */
import { fork, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { relativeFiles } from './files.mjs'

/** @returns the paths of the files that it wrote into `out` */
export async function compile({ project, out, setting }) {
  return askCompiler({ work: 'compile', project, out, setting }, project)
}

/** Makes `miniprogram_npm/` in `miniprogram` of the packages that `packageJson` names. */
export async function buildNpm({ packageJson, miniprogram }) {
  return askCompiler({ work: 'buildNpm', packageJson, miniprogram }, miniprogram)
}

/** Compiles every WXML and WXSS file of a mini-program. @returns how many there were */
export function compileTemplates(miniprogram) {
  const files = relativeFiles(miniprogram)
  const wxml = files.filter(path => path.endsWith('.wxml'))
  const wxs = files.filter(path => path.endsWith('.wxs'))
  // debug output, no custom components
  runCompiler('wcc', ['-d', '-cc', '0', ...wxml, ...wxs, '-gn', '$gwx'], miniprogram)
  const wxss = files.filter(path => path.endsWith('.wxss'))
  // every file as a page's
  runCompiler('wcsc', ['-db', '-pc', String(wxss.length), ...wxss], miniprogram)
  return { wxml: wxml.length, wxss: wxss.length }
}

/** A compilation takes seconds; one that takes minutes is stuck. */
const LIMIT = 120_000

function askCompiler(question, root) {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'compile.mjs'), { silent: true })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => (said += text))
    }
    let answer
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT)
    child.on('message', message => (answer = message))
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (answer?.result) resolve(answer.result)
      else if (answer) reject(new Error(withoutRoot(answer.failure, root)))
      else
        reject(new Error(`WeChat's compiler ended without an answer (${signal ?? code})\n${said}`))
    })
    child.send(question)
  })
}

function runCompiler(name, args, cwd) {
  const folder = PLATFORMS[process.platform]
  if (!folder) throw new Error(`WeChat has no ${name} for ${process.platform}`)
  const file = join(import.meta.dirname, 'node_modules/miniprogram-compiler/bin', folder, name)
  chmodSync(file, 0o755) // its package has lost that
  const { error, status, signal, stderr } = spawnSync(file, args, {
    cwd,
    maxBuffer: 64 * 1024 ** 2,
  })
  if (error) throw new Error(`WeChat's ${name} cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(`${stderr}`.trim() || `${name} failed (${signal ?? status})`)
}

const PLATFORMS = { darwin: 'mac', linux: 'linux' }

/** Messages name files as they are in the project. */
function withoutRoot(text, root) {
  return text.replaceAll(`${root}/`, '').replace(/^file: .*\n /, '')
}
