/**
 * Debian's mosquitto, with WebSocket over TLS by a certificate authority that is made for the run.
 * It knows the users that it is told of, and nobody else.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { createServer } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export async function startMosquitto() {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'))
  const file = name => join(folder, name)
  makeCertificates(file)
  const port = await freePort()
  writeFileSync(file('passwords'), '')
  const settings = [
    `user ${process.getuid() === 0 ? 'root' : ''}`,
    `listener ${await freePort()} 127.0.0.1`, // 2.0.11 does not start with WebSocket alone
    `listener ${port} 127.0.0.1`,
    'protocol websockets',
    `cafile ${file('ca.crt')}`,
    `certfile ${file('server.crt')}`,
    `keyfile ${file('server.key')}`,
    'allow_anonymous false',
    `password_file ${file('passwords')}`,
    'log_dest stderr',
    'log_type all',
  ]
  const lines = settings.filter(line => line !== 'user ')
  writeFileSync(file('mosquitto.conf'), lines.join('\n') + '\n')

  const broker = spawn('/usr/sbin/mosquitto', ['-c', file('mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const log = watch(broker)
  await log.says('running')

  return {
    url: `wxs://localhost:${port}`,
    /** What Chromium has to trust. */
    certificate: keyDigest(file('server.crt')),
    /** Lets a user in, from now on. */
    async admit(username, password) {
      execFileSync('mosquitto_passwd', ['-b', file('passwords'), username, password], {
        stdio: 'ignore',
      })
      broker.kill('SIGHUP')
      await log.says('Reloading config')
    },
    /** What it said of connections so far, e.g. `as CLIENT (p5, …` for MQTT 5. */
    connections: () => log.past(),
    close() {
      broker.kill()
      rmSync(folder, { recursive: true })
    },
  }
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
    past: () => past,
    says: words =>
      new Promise((done, failed) => {
        waiting = { words, done, failed }
        look()
      }),
  }
}

function makeCertificates(file) {
  const openssl = (...args) =>
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  openssl(
    'req',
    '-x509',
    ...key,
    '-subj',
    '/CN=test CA',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  )
  openssl(
    ...['req', '-x509', ...key, '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-keyout', file('server.key'), '-out', file('server.crt')],
  )
}

/** SHA-256 of the public key, as Chromium wants it. */
function keyDigest(certificate) {
  const { publicKey } = new X509Certificate(readFileSync(certificate))
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64')
}

function freePort() {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}
