/** The enums of the core and of the shim, whose numbers cross the boundary. */
import { readFileSync } from 'node:fs'

/** Of files of `src/`: by the name of each enum, its members as `[name, number]`. */
export function enumsOf(...paths) {
  const text = paths.map(path =>
    readFileSync(new URL(`../../src/${path}`, import.meta.url), 'utf8'),
  )
  return Object.fromEntries(
    Array.from(text.join('').matchAll(ENUM), ([, name, body]) => [
      name,
      Array.from(body.matchAll(/^ +(\w+) = (\d+),$/gm), ([, member, value]) => [member, +value]),
    ]),
  )
}

/** In Rust, where a macro may declare it, or in TypeScript */
const ENUM = /^(?: {4}|pub enum |export const enum )(\w+) \{\n(.*?)^ *\}/gms
