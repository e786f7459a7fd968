/** Builds the playground into a folder: its page, and a simulator with the mini-program a phone. */
import { copyFileSync } from 'node:fs'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import esbuild from 'esbuild'
import { buildMiniprogram } from '../simulator/build.mjs'

const LIBRARY = 'utils/mqtt.min.js'
const UI = join(import.meta.dirname, 'ui')

/**
 * @param {{root: string, out: string, configs: Record<string, string>}} options `configs` has the text
 *   of config.js for each phone
 */
export async function buildPlayground({ root, out, configs }) {
  const library = observed(readFileSync(join(root, LIBRARY), 'utf8'))
  for (const [phone, config] of Object.entries(configs)) {
    const replaced = { 'config.js': config, [LIBRARY]: library }
    await buildMiniprogram({ root, out: join(out, 'phone', phone), replaced })
  }
  await esbuild.build({
    entryPoints: [join(UI, 'main.js'), join(UI, 'style.css')],
    outdir: out,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  })
  copyFileSync(join(UI, 'index.html'), join(out, 'index.html'))
}

/** The library as it is, with clients that the playground watches. */
function observed(text) {
  return `${text}\nmodule.exports = __playground.observe(module.exports)\n`
}
