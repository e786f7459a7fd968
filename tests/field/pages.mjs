/**
 * What pages really do, as scenarios that run on three libraries: MQTT.js 4.2.1, MQTT.js 5.16.0 and ours.
 * Each file `*.test.mjs` here has the pages of one kind. On ours every page must pass; what the two others
 * make of it is for the table (`node tests/field/table.mjs`), which runs the very same scenarios.
 */
import { test } from 'node:test'
import { Phone } from '../harness/phone.mjs'
import { ReferencePhone, browserBuild } from '../parity/reference.mjs'
import { play } from '../parity/scenario.mjs'

const early = browserBuild(new URL('../../bench/', import.meta.url), 'mqtt/dist/mqtt.min.js')

/** A phone for each library, by the heading of its column. */
export const LIBRARIES = {
  'MQTT.js 4.2.1': () => new ReferencePhone(early, { exports: {} }),
  'MQTT.js 5.16.0': () => new ReferencePhone(),
  'mqtt-miniprogram': () => new Phone(),
}

/** The kinds that were described, each with its pages */
export const KINDS = []

/**
 * Describes a kind of page, in Chinese and in English. Returns what adds a page to it: its name, and the
 * scenario, which gets a test bed of `tests/parity/scenario.mjs`. `version` is the broker's and the client's.
 */
export function kind(zh, en) {
  const pages = []
  KINDS.push({ zh, en, pages })
  return (name, given, run = given) => {
    const { version = 4 } = given
    const page = { name, on: library => play(LIBRARIES[library](), version, run) }
    pages.push(page)
    if (!process.env[ONLY_DESCRIBED]) test(name, () => page.on('mqtt-miniprogram'))
  }
}

/** Set in the environment while the table imports the pages: they are described, and not run as tests. */
export const ONLY_DESCRIBED = 'PAGES_ONLY_DESCRIBED'
