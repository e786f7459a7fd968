/** The files of the built package that the tests run: those of pkg/, or of the folder MQTT_PACKAGE. */
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { isUpToDate } from '../../scripts/sources.mjs'

if (!process.env.MQTT_PACKAGE && !isUpToDate())
  throw new Error('pkg/ was built from other sources than there are now: run ./build.sh first.')

export const PACKAGE = process.env.MQTT_PACKAGE ?? new URL('../../pkg', import.meta.url).pathname

export const script = readFileSync(`${PACKAGE}/mqtt.min.js`, 'utf8')

export const fallbackScript = readFileSync(`${PACKAGE}/mqtt.fallback.js`, 'utf8')

export const wasm = brotliDecompressSync(readFileSync(`${PACKAGE}/mqtt.wasm.br`))

/** What one of these files would be in another version: it names its imports otherwise. */
export function ofAnotherVersion(file) {
  const text = typeof file === 'string' ? file : file.toString('latin1')
  const [name] = /mqtt-[0-9a-f]{8}/.exec(text)
  const other = text.replaceAll(name, 'mqtt-00000000')
  return typeof file === 'string' ? other : Buffer.from(other, 'latin1')
}
