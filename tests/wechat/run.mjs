/**
 * Has WeChat's own compilers judge miniprogram/ and pkg/, and says what each of them saw:
 *
 *     node tests/wechat/run.mjs
 *
 * The packages that they make are left in target/wechat/, one folder a way of compiling; the page test
 * takes them by `--root`.
 */
import { join, resolve } from 'node:path'
import { VARIANTS, checkNpm, checkNpmSize, checkPackage, checkTemplates } from './gate.mjs'

const ROOT = resolve(import.meta.dirname, '../..')
const OUT = join(ROOT, 'target/wechat')
const SAMPLE = join(OUT, 'npm-project')

const CHECKS = [
  ['WXML and WXSS', () => checkTemplates(ROOT)],
  ...Object.entries(VARIANTS).map(([name, setting]) => [
    `the package, ${name} ${JSON.stringify(setting)}`,
    () => checkPackage(ROOT, setting, join(OUT, name)),
  ]),
  ['构建 npm', () => checkNpm({ project: ROOT, library: join(ROOT, 'pkg'), sample: SAMPLE })],
  ['the package with npm', () => checkPackage(SAMPLE, VARIANTS.project, join(OUT, 'npm'))],
  [
    'the package with npm, beside the copied one',
    () => checkNpmSize({ copied: join(OUT, 'project'), npm: join(OUT, 'npm') }),
  ],
]

let failed = 0
for (const [name, check] of CHECKS) {
  try {
    console.log(`ok      ${name}: ${await check()}`)
  } catch (error) {
    failed++
    console.log(`FAILED  ${name}\n${error.message.replace(/^/gm, '        ')}`)
  }
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
