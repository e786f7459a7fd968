/** The benchmarks of benches/, which criterion runs without WebAssembly. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { say } from '../steps.mjs'

const FOLDER = resolve('target/benches')

/** By name, in the order of ORDER: the median of a call in nanoseconds, and its deviation as a part of it. */
export function native(short) {
  say('Natively')
  const results = `${FOLDER}/criterion`
  rmSync(results, { recursive: true, force: true })
  const seconds = short ? 0.1 : 1
  const options = ['--warm-up-time', seconds / 2, '--measurement-time', seconds]
  const args = ['bench', '--locked', '--quiet', '--manifest-path', 'benches/Cargo.toml']
  execFileSync(
    'cargo',
    [...args, '--target-dir', FOLDER, '--', '--sample-size', short ? 10 : 20, ...options].map(
      String,
    ),
    { stdio: 'pipe', env: { ...process.env, CRITERION_HOME: results } },
  )
  const folders = readdirSync(results).filter(name => name !== 'report')
  const figures = folders.map(folder => {
    const read = name => JSON.parse(readFileSync(`${results}/${folder}/new/${name}.json`, 'utf8'))
    const { median, median_abs_dev: deviation } = read('estimates')
    const ns = median.point_estimate
    return [read('benchmark').full_id, { ns, spread: deviation.point_estimate / ns }]
  })
  const rank = ([name]) => ORDER.indexOf(name.split(' ')[0])
  const byName = ([one], [other]) => one.localeCompare(other, 'en', { numeric: true })
  return Object.fromEntries(figures.sort((a, b) => rank(a) - rank(b) || byName(a, b)))
}

const ORDER = ['encode', 'decode', 'publish', 'receive', 'acknowledge']
