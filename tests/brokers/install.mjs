/** Gets brokers from Debian, crates.io and PyPI; what a checkout can hold is in target/brokers. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'

/** Where brokers, their logs and the folders of their runs are. */
export const ROOT = resolve(import.meta.dirname, '../../target/brokers')

/** Debian packages, if the command that they bring is not there. Installed as root they start no service. */
export function apt(command, ...packages) {
  if (aptHas(command)) return
  const root = process.getuid() === 0 ? [] : ['sudo', '-n']
  const quiet = '/usr/sbin/policy-rc.d'
  const silence = !existsSync(quiet)
  if (silence && !root.length) writeFileSync(quiet, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    logged(`${packages[0]}-install`, ...root, 'apt-get', 'update', '-q')
    logged(
      `${packages[0]}-install`,
      ...[...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-q', '-y'],
      ...['--no-install-recommends', ...packages],
    )
  } finally {
    if (silence && !root.length) rmSync(quiet)
  }
}

/** Is a Debian package's program there? */
export function aptHas(command) {
  return existsSync(command)
}

/** The version of an installed Debian package. */
export function aptVersion(name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${Version}', name], { encoding: 'utf8' })
  return stdout.replace(/-.*/, '')
}

/** A program of crates.io; gives back its path. */
export function cargo(name, version, program = name) {
  const root = join(ROOT, name)
  const path = join(root, 'bin', program)
  if (stamped(root, version)) return path
  const install = ['cargo', 'install', name, '--version', version, '--root', root]
  const target = ['--target-dir', join(root, 'target')]
  try {
    logged(`${name}-install`, ...install, '--locked', ...target)
  } catch {
    // its lock file may name versions that the registry has not, or that no longer compile
    logged(`${name}-install`, ...install, ...target)
  }
  rmSync(join(root, 'target'), { recursive: true })
  stamp(root, version)
  return path
}

/** A program of ours around a broker that is a library; gives back its path. */
export function cargoBuild(name, manifest, program) {
  const root = join(ROOT, name)
  logged(
    `${name}-install`,
    ...['cargo', 'build', '--release', '--locked', '--manifest-path', manifest],
    ...['--target-dir', root],
  )
  return join(root, 'release', program)
}

/** A program of PyPI, in a virtual environment; gives back its path. */
export function pip(name, version, program = name) {
  const root = join(ROOT, name)
  const path = join(root, 'bin', program)
  if (stamped(root, version)) return path
  logged(`${name}-install`, 'python3', '-m', 'venv', root)
  logged(`${name}-install`, join(root, 'bin/pip'), 'install', '-q', `${name}==${version}`)
  stamp(root, version)
  return path
}

/** The log of a broker. */
export function logOf(name) {
  mkdirSync(join(ROOT, 'log'), { recursive: true })
  return join(ROOT, 'log', `${name}.log`)
}

function logged(name, command, ...args) {
  const log = logOf(name)
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  writeFileSync(log, `$ ${command} ${args.join(' ')}\n${stdout}${stderr}\n`, { flag: 'a' })
  if (error) throw new Error(`${command} cannot be run: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args[0]} failed (${status}), see ${log}`)
}

function stamped(root, version) {
  const path = join(root, 'version')
  return existsSync(path) && readFileSync(path, 'utf8') === version
}

function stamp(root, version) {
  writeFileSync(join(root, 'version'), version)
}
