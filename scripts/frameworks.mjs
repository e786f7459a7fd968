/**
 * Builds mini-programs with Taro and uni-app, and runs the tests of tests/frameworks on what came of
 * it: `./build.sh frameworks`, after a build. With MQTT_PACKAGE it takes the package of that folder.
 */
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACKAGE } from '../tests/harness/package.mjs'
import { nodeTests, runSteps } from './steps.mjs'

const HERE = fileURLToPath(new URL('../tests/frameworks', import.meta.url))

const TARO = ['../node_modules/@tarojs/cli/bin/taro', 'build', '--type', 'weapp', '--no-check']
const UNI_APP = ['node_modules/@dcloudio/vite-plugin-uni/bin/uni.js', 'build', '-p', 'mp-weixin']

/** By folder: where the files of the package go, whether it takes the pages of `vue`, what builds it. */
const PROJECTS = [
  { folder: 'native', module: 'utils', script: 'utils', fallback: 'utils' },
  {
    folder: 'taro/react',
    name: 'Taro, React, webpack 5',
    ...{ module: 'src/utils', script: 'src/utils', fallback: 'src/utils' },
    build: TARO,
  },
  {
    folder: 'taro/vue',
    name: 'Taro, Vue 3, Vite',
    ...{ module: 'src/utils', script: 'src/utils', fallback: 'src/utils' },
    pages: 'vue',
    build: TARO,
  },
  {
    folder: 'uni-app',
    name: 'uni-app, Vue 3, Vite',
    ...{ module: 'src/static', script: 'src/utils', fallback: 'src/static' },
    pages: 'vue',
    build: UNI_APP,
  },
]

for (const project of PROJECTS) prepare(project)
await runSteps('frameworks', [
  ...PROJECTS.filter(({ build }) => build).map(({ folder, name, build }) => ({
    name: `${name}: build`,
    command: [process.execPath, ...build],
    cwd: join(HERE, folder),
    env: { NODE_ENV: 'production' },
  })),
  { name: 'Pages of frameworks', command: nodeTests('tests/frameworks'), counts: true },
])

function prepare({ folder, module, script, fallback, pages }) {
  const project = join(HERE, folder)
  rmSync(join(project, 'dist'), { recursive: true, force: true })
  if (pages) cpSync(join(HERE, pages), join(project, 'src'), { recursive: true })
  const files = { 'mqtt.wasm.br': module, 'mqtt.min.js': script, 'mqtt.fallback.js': fallback }
  for (const [file, target] of Object.entries(files)) {
    mkdirSync(join(project, target), { recursive: true })
    copyFileSync(join(PACKAGE, file), join(project, target, file))
  }
}
