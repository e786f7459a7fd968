/** From the shim and the glue to one CommonJS file, for engines as old as a phone's. */
import { build } from 'esbuild'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { minified } from './minify.mjs'
import { privateNames } from './private-names.mjs'

/** @returns the paths of the files that it is made from */
export async function bundle({ glue, outfile }) {
  const { metafile, outputFiles } = await build({
    ...bundling(glue),
    write: false,
    metafile: true,
  })
  writeFileSync(outfile, await minified(outputFiles[0].text))
  return Object.keys(metafile.inputs)
}

/** What the bundler is told. */
export function bundling(glue) {
  return {
    entryPoints: ['src/shim/index.ts'],
    bundle: true,
    format: 'cjs',
    target: 'es2015',
    minify: true,
    mangleProps: new RegExp(`^(${privateNames(glue).join('|').replaceAll('$', '\\$')})$`),
    charset: 'utf8',
    legalComments: 'none',
    alias: { '#core': resolve(glue, 'mqtt_bg.js'), '#utf8': resolve('src/shim/payload/utf8.ts') },
    inject: ['scripts/globals.js'],
    define: {
      // no phone has it; the glue defines it where it is there
      'Symbol.dispose': 'undefined',
    },
    logLevel: 'warning',
  }
}
