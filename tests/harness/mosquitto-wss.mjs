/**
 * Debian's mosquitto, with WebSocket over TLS by a certificate authority that is made for the run.
 * It knows the users that it is told of, and nobody else.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { keyDigest, makeCertificates } from './certificates.mjs'
import { freePort, launch } from './mosquitto.mjs'

export async function startMosquitto() {
  const port = await freePort()
  const tcp = await freePort()
  const { file, log, reload, close } = await launch(file => {
    const { caCertificate, certificate, key } = makeCertificates(dirname(file('ca.crt')))
    writeFileSync(file('passwords'), '')
    return [
      `listener ${tcp} 127.0.0.1`, // 2.0.11 does not start with WebSocket alone
      `listener ${port} 127.0.0.1`,
      'protocol websockets',
      `cafile ${caCertificate}`,
      `certfile ${certificate}`,
      `keyfile ${key}`,
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
