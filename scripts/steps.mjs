/** Running other programs: one, or a list of steps with a summary at the end. */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

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

/**
 * The command of a step: Node's test runner, for all tests of a folder. As many of its files run at once as
 * there are cores but one, and at least `atOnce`: for tests that wait more than they work.
 */
export function nodeTests(folder, { atOnce = 1 } = {}) {
  const files = readdirSync(folder).filter(name => name.endsWith('.test.mjs'))
  if (files.length === 0) throw new Error(`${folder} has no tests`) // node would look elsewhere
  const paths = files.map(name => `${folder}/${name}`)
  const concurrency = Math.max(atOnce, availableParallelism() - 1)
  const flags = ['--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`]
  return [process.execPath, ...flags, ...paths]
}

/**
 * Runs every step, also after a failed one, and sums up what their test runners counted. A step that
 * counts nothing counts as one. On a machine with more than one core three steps run side by side, since
 * many of them wait for a browser, a broker or a clock; a step with `waits` begins when all those before it
 * are done, as it needs what they have made. What a step says is shown whole at its end. Ends the
 * process: with 0 only if everything passed.
 */
export async function runSteps(title, steps) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupt)
  const results = []
  const running = new Set()
  const left = [...steps.keys()]
  const lane = async () => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) {
      const step = steps[at]
      if (step.waits) await Promise.all(running)
      say(`${step.name} …`)
      const begin = Date.now()
      const watched = watch(step)
      running.add(watched)
      const { code, output } = await watched
      running.delete(watched)
      const seconds = Math.round((Date.now() - begin) / 1000)
      results[at] = { name: step.name, seconds, ...verdict(step, code, countIn(output)) }
      process.stdout.write(`\n==> ${step.name}: ${results[at].counts} (${seconds} s)\n${output}\n`)
    }
  }
  await Promise.all(availableParallelism() > 1 ? [lane(), lane(), lane()] : [lane()])

  console.log(`\n==> ${title}: summary`)
  for (const { name, mark, counts, seconds } of results)
    console.log(`${mark.padEnd(7)}  ${name}: ${counts} (${seconds} s)`)
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  const skipped = results.filter(({ mark }) => mark === 'skipped').length
  const rest = skipped ? `, ${skipped} skipped` : ''
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${rest}`)
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

/** How to kill each step that runs, with all it started. */
const running = new Set()

function interrupt() {
  for (const kill of running) kill()
  process.exit(130)
}

/** Runs a step to its end: its exit code, and all it said. */
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
    running.add(kill)
    let output = ''
    const collect = from => from.setEncoding('utf8').on('data', text => (output += text))
    collect(child.stdout)
    collect(child.stderr)
    const timer = setTimeout(() => {
      output += `\nIt is not done after ${LIMIT / 1000} s, and is killed.\n`
      kill()
    }, LIMIT)
    const done = (code, why = '') => {
      clearTimeout(timer)
      running.delete(kill)
      resolve({ code, output: output + why })
    }
    child.on('error', error => done(127, `${file} cannot be run: ${error.message}\n`))
    child.on('close', code => done(code))
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
