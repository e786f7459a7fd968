/**
 * Debian's mosquitto, with WebSocket over TLS by a certificate authority that is made for the run.
 * It knows the users that it is told of, and nobody else.
 */
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { freePort, launch } from './mosquitto.mjs'

export async function startMosquitto() {
  const port = await freePort()
  const tcp = await freePort()
  const { file, log, reload, close } = await launch(file => {
    makeCertificates(file)
    writeFileSync(file('passwords'), '')
    return [
      `listener ${tcp} 127.0.0.1`, // 2.0.11 does not start with WebSocket alone
      `listener ${port} 127.0.0.1`,
      'protocol websockets',
      `cafile ${file('ca.crt')}`,
      `certfile ${file('server.crt')}`,
      `keyfile ${file('server.key')}`,
      'allow_anonymous false',
      `password_file ${file('passwords')}`,
    ]
  })

  return {
    url: `wxs://localhost:${port}`,
    /** What Chromium has to trust. */
    certificate: keyDigest(file('server.crt')),
    /** Lets a user in, from now on. */
    async admit(username, password) {
      execFileSync('mosquitto_passwd', ['-b', file('passwords'), username, password], {
        stdio: 'ignore',
      })
      await reload()
    },
    /** What it said of connections so far, e.g. `as CLIENT (p5, …` for MQTT 5. */
    connections: () => log.past(),
    close,
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
