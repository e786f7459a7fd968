/** Parts of the sources by themselves, bundled on the fly. */
import { readFileSync } from 'node:fs'
import { build } from 'esbuild'

const ROOT = new URL('../../', import.meta.url).pathname
const GLUE = `${ROOT}target/glue`

/** A part of the shim that needs neither `wx` nor wasm. */
export function source(name) {
  return bundled(`${ROOT}src/shim/${name}.ts`)
}

/** The glue of the module. */
export function glue() {
  return bundled(`${GLUE}/mqtt_bg.js`)
}

/** The name that an export of the crate has in the built module. */
export function exportName(name) {
  const short = JSON.parse(readFileSync(`${GLUE}/names.json`, 'utf8'))[name]
  if (!short) throw new Error(`the crate has no export ${name}`)
  return short
}

async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2015',
    alias: { '#utf8': `${ROOT}src/shim/payload/utf8.ts` },
    write: false,
  })
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
}
