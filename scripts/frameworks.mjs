/**
 * Builds mini-programs with Taro and uni-app, and runs the tests of tests/frameworks on what came of
 * it: `./build.sh frameworks`, after a build. With MQTT_PACKAGE it takes the package of that folder.
 */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACKAGE } from '../tests/harness/package.mjs'
import { nodeTests, runSteps } from './steps.mjs'

const HERE = fileURLToPath(new URL('../tests/frameworks', import.meta.url))

const TARO = ['../node_modules/@tarojs/cli/bin/taro', 'build', '--type', 'weapp', '--no-check']
const UNI_APP = ['node_modules/@dcloudio/vite-plugin-uni/bin/uni.js', 'build', '-p', 'mp-weixin']

/**
 * By folder: where the files of the package go, whether it takes the pages of `vue`, what builds it; or
 * the project that it is `like`, but for the package, which is a dependency.
 */
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
    folder: 'taro/npm',
    name: 'Taro, Vue 3, Vite, by npm',
    like: 'taro/vue',
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

const EVERY_FILE = { recursive: true, withFileTypes: true }

for (const project of PROJECTS) {
  if (project.like) prepareDependent(project)
  else prepare(project)
}
await runSteps('frameworks', [
  ...PROJECTS.filter(({ build }) => build).map(({ folder, name, build }) => ({
    name: `${name}: build`,
    command: [process.execPath, ...build],
    cwd: join(HERE, folder),
    env: { NODE_ENV: 'production' },
  })),
  {
    name: 'Pages of frameworks',
    command: nodeTests('tests/frameworks'),
    counts: true,
    waits: true,
  },
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

/** A project that has the package in its node_modules, and imports it by its name. */
function prepareDependent({ folder, like }) {
  const project = join(HERE, folder)
  for (const part of ['dist', 'src']) rmSync(join(project, part), { recursive: true, force: true })
  const dependency = join(project, 'node_modules/mqtt-miniprogram')
  rmSync(dependency, { recursive: true, force: true })
  cpSync(PACKAGE, dependency, { recursive: true })
  const isCopied = path => !/\/(dist|config|utils)$/.test(path)
  cpSync(join(HERE, like), project, { recursive: true, filter: isCopied })
  for (const { parentPath, name } of readdirSync(join(project, 'src'), EVERY_FILE)) {
    if (!/\.(js|vue)$/.test(name)) continue
    const file = join(parentPath, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text
        .replace(/'[./]+utils\/mqtt\.min\.js'/, "'mqtt-miniprogram'")
        .replace(/'[./]+utils\/mqtt\.fallback\.js'/, "'mqtt-miniprogram/mqtt.fallback.js'"),
    )
  }
}
