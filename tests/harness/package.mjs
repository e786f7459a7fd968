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
