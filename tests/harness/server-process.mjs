/**
 * Programs that serve a test: started with their output in a log, awaited until they are ready, and
 * stopped with everything that they started, also when this process is killed.
 */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Starts a program in a process group of its own. `log` is a file that its output is appended to. */
export function launch(command, args, { cwd, env, log } = {}) {
  const child = spawn('sh', ['-c', GUARDED, command, command, ...args], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const output = new Output()
  const file = log && createWriteStream(log, { flags: 'a' })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output.add(text)
      file?.write(text)
    })
  }
  const exited = new Promise(resolve => {
    child.on('exit', (code, signal) => resolve(`${command} ended (${signal ?? code})`))
    child.on('error', error => resolve(`${command} cannot be run: ${error.message}`))
  })
  exited.then(reason => {
    output.end(reason)
    file?.end()
  })
  return {
    output,
    signal: name => child.kill(name),
    /** Resolves once the port accepts connections, or fails with the program's last words. */
    async listens(port, limit = 60_000) {
      const until = Date.now() + limit
      while (!(await accepts(port))) {
        if (output.ended) throw new Error(`${output.ended}:\n${output.past().slice(-2000)}`)
        if (Date.now() > until) throw new Error(`${command} does not listen on port ${port}`)
        await delay(50)
      }
    },
    /** Ends the whole group, and waits until it has ended. */
    async stop(patience = 10_000) {
      if (!output.ended) signalGroup(child, 'SIGTERM')
      const stubborn = setTimeout(() => signalGroup(child, 'SIGKILL'), patience)
      await exited
      clearTimeout(stubborn)
      signalGroup(child, 'SIGKILL') // what it started and left behind
    },
  }
}

/** A port of this machine that nobody listens on. */
export function freePort() {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}

/** What a program has said. */
class Output {
  /** Why there is no more, once that is so. */
  ended
  #past = ''
  #unread = ''
  #waiting

  past() {
    return this.#past
  }

  /** Waits for words that were not waited for before. */
  says(words) {
    return new Promise((done, failed) => {
      this.#waiting = { words, done, failed }
      this.#look()
    })
  }

  add(text) {
    this.#past += text
    this.#unread += text
    this.#look()
  }

  end(reason) {
    this.ended = reason
    this.#waiting?.failed(new Error(`${reason}:\n${this.#past.slice(-2000)}`))
  }

  #look() {
    const { words, done } = this.#waiting ?? {}
    const at = words ? this.#unread.indexOf(words) : -1
    if (at < 0) return
    this.#unread = this.#unread.slice(at + words.length)
    this.#waiting = undefined
    done()
  }
}

function accepts(port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const answer = yes => {
      socket.destroy()
      resolve(yes)
    }
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
  })
}

function signalGroup({ pid }, signal) {
  try {
    if (pid) process.kill(-pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error // the group has ended
  }
}

/**
 * Runs the program that its arguments name, beside a guard that kills the group once the pipe at
 * descriptor 3 closes, which the system does when this process ends.
 */
const GUARDED = '(cat <&3 >/dev/null; kill -s KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-'
