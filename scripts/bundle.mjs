/** From the shim and the glue to one CommonJS file, for engines as old as a phone's. */
import { build } from 'esbuild'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { minify } from 'terser'
import { privateNames } from './private-names.mjs'

/** @returns the paths of the files that it is made from */
export async function bundle({ glue, outfile }) {
  const { metafile, outputFiles } = await build({
    ...bundling(glue),
    write: false,
    metafile: true,
  })
  const { code } = await minify(outputFiles[0].text, MINIFYING)
  writeFileSync(outfile, code)
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

/**
 * Terser joins statements and inlines constants where the bundler does not; names are short by then.
 *
 * - `hoist_funs`: with functions in front, the variables around them share one declaration.
 * - `pure_getters`: no getter of the shim has an effect, so that a value which is read may move to its use.
 * - `reduce_funcs`: a function that is called in one place stays a function: as an expression there, it would
 *   be made anew at each call.
 * - `unsafe_arrows`: nobody uses a function expression of the shim as a class.
 */
export const MINIFYING = {
  compress: {
    hoist_funs: true,
    passes: 3,
    pure_getters: true,
    reduce_funcs: false,
    unsafe_arrows: true,
  },
  ecma: 2015,
  mangle: false,
  toplevel: true,
}
