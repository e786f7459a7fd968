/** Running other programs: one, or a list of steps with a summary at the end. */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

/** Says what is being done. */
export function say(text) {
  console.log(`==> ${text}`)
}

/** Runs a program to its end; its output is shown, or returned if `quiet`. Fails as it fails. */
export function run(command, args, { quiet = false, ...options } = {}) {
  const stdio = quiet ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'inherit', 'inherit']
  const { status, signal, error, stdout } = spawnSync(command, args, { stdio, ...options })
  if (error) throw new Error(`${command} cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args[0] ?? ''} failed (${signal ?? status})`)
  return stdout?.toString()
}

/** Exit code of a step that had nothing to judge: it neither passed nor failed. */
export const SKIPPED = 77

/** The command of a step: Node's test runner, for all tests of a folder. */
export function nodeTests(folder) {
  const files = readdirSync(folder).filter(name => name.endsWith('.test.mjs'))
  if (files.length === 0) throw new Error(`${folder} has no tests`) // node would look elsewhere
  const paths = files.map(name => `${folder}/${name}`)
  return [process.execPath, '--test', '--test-reporter=spec', ...paths]
}

/**
 * Runs every step, also after a failed one, and sums up what their test runners counted. A step that
 * counts nothing counts as one. Ends the process: with 0 only if everything passed.
 */
export async function runSteps(title, steps) {
  const results = []
  for (const step of steps) {
    say(step.name)
    const begin = Date.now()
    const { code, output } = await watch(step)
    const seconds = Math.round((Date.now() - begin) / 1000)
    results.push({ name: step.name, seconds, ...verdict(step, code, countIn(output)) })
  }

  console.log(`\n==> ${title}: summary`)
  for (const { name, mark, counts, seconds } of results)
    console.log(`${mark.padEnd(7)}  ${name}: ${counts} (${seconds} s)`)
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  const skipped = results.filter(({ mark }) => mark === 'skipped').length
  const left = skipped ? `, ${skipped} skipped` : ''
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${left}`)
  process.exit(sum('failed') === 0 ? 0 : 1)
}

/** What a step came to. */
function verdict(step, code, counted) {
  if (code === SKIPPED && !step.counts)
    return { mark: 'skipped', counts: 'nothing to judge', passed: 0, failed: 0 }
  const ran = counted.passed + counted.failed > 0
  const { passed, failed } = ran
    ? counted
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  if (step.counts && !ran) return { mark: 'FAILED', counts: 'it ran no test', passed: 0, failed: 1 }
  // a runner that died may have counted no failure
  const failures = code === 0 ? failed : Math.max(failed, 1)
  const counts = `${passed} passed, ${failures} failed`
  return { mark: failures ? 'FAILED' : 'ok', counts, passed, failed: failures }
}

/** Ten minutes are more than any step needs; what takes longer is killed with all it started. */
const LIMIT = 600_000

function watch({ command, cwd, env }) {
  return new Promise(resolve => {
    const [file, ...args] = command
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
      env: { ...process.env, ...env },
    })
    const kill = () => process.kill(-child.pid, 'SIGKILL')
    const timer = setTimeout(() => {
      console.error(`It is not done after ${LIMIT / 1000} s, and is killed.`)
      kill()
    }, LIMIT)
    const interrupted = () => {
      kill()
      process.exit(130)
    }
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted)

    let output = ''
    const pass = (from, to) =>
      from.setEncoding('utf8').on('data', text => {
        output += text
        to.write(text)
      })
    pass(child.stdout, process.stdout)
    pass(child.stderr, process.stderr)
    const done = code => {
      clearTimeout(timer)
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
      resolve({ code, output })
    }
    child.on('error', error => {
      console.error(`${file} cannot be run: ${error.message}`)
      done(127)
    })
    child.on('close', done)
  })
}

/** The closing lines of cargo's and Node's test runners, and the plain `N passed, N failed`. */
function countIn(output) {
  const counted = { passed: 0, failed: 0 }
  // eslint-disable-next-line no-control-regex
  for (const line of output.replace(/\x1b\[[0-9;]*m/g, '').split('\n')) {
    const both =
      /^test result: .*?(\d+) passed; (\d+) failed/.exec(line) ??
      /^(?:\w+: )?(\d+) passed, (\d+) failed/.exec(line)
    if (both) {
      counted.passed += Number(both[1])
      counted.failed += Number(both[2])
    }
    const one = /^(?:#|ℹ) (pass|fail) (\d+)$/.exec(line)
    if (one) counted[one[1] === 'pass' ? 'passed' : 'failed'] += Number(one[2])
  }
  return counted
}
