/** Parts of the shim's source by themselves, bundled on the fly: what needs neither `wx` nor wasm. */
import { build } from 'esbuild'

export async function source(name) {
  const entry = new URL(`../../src/shim/${name}.ts`, import.meta.url).pathname
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2015',
    write: false,
  })
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
}
