/** A certificate authority that is made for a run, and what it has signed for this machine. */
import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes ca.crt, ca.key, server.crt and server.key into a folder; gives back their paths. */
export function makeCertificates(folder) {
  const [caCertificate, caKey, certificate, key] = ['ca.crt', 'ca.key', 'server.crt', 'server.key'] //
    .map(name => join(folder, name))
  const openssl = (...args) =>
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const request = ['req', '-x509', ...newKey, '-days', '2']
  openssl(...request, '-subj', '/CN=test CA', '-keyout', caKey, '-out', caCertificate)
  openssl(
    ...[...request, '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-CA', caCertificate, '-CAkey', caKey, '-keyout', key, '-out', certificate],
  )
  return { caCertificate, certificate, key }
}

/** SHA-256 of the public key, as Chromium wants it. */
export function keyDigest(certificate) {
  const { publicKey } = new X509Certificate(readFileSync(certificate))
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('base64')
}
