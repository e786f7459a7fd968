/**
 * What a mini-program must pass before it is WeChat's: its compilers take it, and the package that
 * they make of it has everything that the page needs. Each check fails with a message that names the
 * file, and returns what it saw.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Linter } from 'eslint'
import { buildNpm, compile, compileTemplates } from './compilers.mjs'
import { relativeFiles } from './files.mjs'

/** The ways in which DevTools compiles; the first is what project.config.json chooses. */
export const VARIANTS = {
  project: { useProjectConfig: true },
  'es5-minified': { es6: true, es7: true, minify: true },
  es5: { es6: true, es7: true, minify: false },
  'es6-minified': { es6: false, es7: false, minify: true },
  es6: { es6: false, es7: false, minify: false },
}

const MEGABYTE = 1024 * 1024
/** WeChat's limit for a main package. */
const LARGEST_PACKAGE = 2 * MEGABYTE
/** An entry and longer paths: the rest of what 构建 npm copies is what one copies by hand. */
const MOST_FOR_NPM = 1024

/** Every WXML and WXSS file of the project. */
export function checkTemplates(project) {
  const { wxml, wxss } = compileTemplates(rootOf(project))
  return `${wxml} WXML, ${wxss} WXSS`
}

/** The package that WeChat makes of the project; it is left in `out`. */
export async function checkPackage(project, setting, out) {
  rmSync(out, { recursive: true, force: true })
  const packed = await compile({ project, out, setting })
  const root = rootOf(project)
  const problems = [
    ...missingFiles(root, packed),
    ...changedModules(root, packed, out),
    ...(isEs5(project, setting) ? notEs5(packed, out) : []),
  ]
  const bytes = sizeOf(out)
  if (bytes >= LARGEST_PACKAGE) {
    problems.push(`the package has ${bytes} bytes, and WeChat takes less than ${LARGEST_PACKAGE}`)
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return `${packed.length} files, ${Math.ceil(bytes / 1024)} KB`
}

/**
 * Makes a project that has the library by 构建 npm in the place of utils/: `sample` is its folder,
 * `library` the package, `project` what it is made of. 构建 npm must copy what such a project needs, the files
 * of utils/ and an entry, and nothing else.
 */
export async function checkNpm({ project, library, sample }) {
  rmSync(sample, { recursive: true, force: true })
  const { name } = readJson(join(library, 'package.json'))
  const { miniprogramRoot } = readJson(join(project, 'project.config.json'))
  for (const part of ['project.config.json', miniprogramRoot]) {
    cpSync(join(project, part), join(sample, part), { recursive: true })
  }
  const packageJson = join(sample, 'package.json')
  install(library, packageJson)
  const miniprogram = rootOf(sample)
  rmSync(join(miniprogram, 'utils'), { recursive: true })
  for (const file of ['mqtt/connection.js', 'pages/diagnosis/diagnose.js']) {
    replaceIn(join(miniprogram, file), /'[./]+utils\/mqtt\.min\.js'/, `'${name}'`)
  }
  const wasmPath = `wasmPath: '/miniprogram_npm/${name}/mqtt.wasm.br',`
  replaceIn(
    join(miniprogram, 'mqtt/settings.js'),
    /clientId: settings\.clientId,/,
    `$& ${wasmPath}`,
  )

  const { asTheyAre, warnings } = await buildNpm({ packageJson, miniprogram })
  const problems = [...warnings]
  if (asTheyAre !== 1) problems.push(`构建 npm does not see a mini-program's package in ${name}`)
  const built = join(miniprogram, 'miniprogram_npm', name)
  const files = existsSync(built) ? relativeFiles(built) : []
  const copied = relativeFiles(join(project, miniprogramRoot, 'utils'))
  for (const path of copied) {
    const same = isSame(join(library, path), join(built, path))
    if (!same) problems.push(`构建 npm does not keep ${path} as it is`)
  }
  if (!files.includes('index.js')) problems.push(`${name} has no index.js, which an import takes`)
  const needless = files.filter(path => path !== 'index.js' && !copied.includes(path))
  problems.push(...needless.map(path => `构建 npm copies ${path}, which no mini-program needs`))
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return `${files.join(', ')}: ${sizeOf(built)} bytes`
}

/** The package of a project with 构建 npm, beside that of the same project with copied files. */
export function checkNpmSize({ copied, npm }) {
  const [before, after] = [copied, npm].map(sizeOf)
  const more = after - before
  if (more >= MOST_FOR_NPM) {
    throw new Error(
      `构建 npm adds ${more} bytes to the package; less than ${MOST_FOR_NPM} are fine`,
    )
  }
  return `${before} bytes copied, ${after} bytes with npm`
}

/** Pages have three files, and a module or a sitemap that is there is packed. */
function missingFiles(root, packed) {
  const { pages, sitemapLocation } = readJson(join(root, 'app.json'))
  const needed = [
    'app.js',
    'app.json',
    sitemapLocation ?? 'sitemap.json',
    ...pages.flatMap(page => ['js', 'json', 'wxml'].map(extension => `${page}.${extension}`)),
    ...relativeFiles(root).filter(path => /\.(js|wasm|br)$/.test(path)),
  ]
  return [...new Set(needed)]
    .filter(path => !packed.includes(path))
    .map(path => `${path} is not in the package: see packOptions in project.config.json`)
}

function changedModules(root, packed, out) {
  return packed
    .filter(path => path.endsWith('.wasm.br'))
    .filter(path => !isSame(join(root, path), join(out, path)))
    .map(path => `${path} is not as it was before it was packed`)
}

/** 将 JS 编译成 ES5 is on. */
function isEs5(project, { useProjectConfig, es6 }) {
  return useProjectConfig ? readJson(join(project, 'project.config.json')).setting.es6 : es6
}

/** Old engines must be able to read every file. */
function notEs5(packed, out) {
  const linter = new Linter()
  const languageOptions = { ecmaVersion: 5, sourceType: 'script' }
  return packed
    .filter(path => path.endsWith('.js'))
    .flatMap(path => {
      const code = readFileSync(join(out, path), 'utf8')
      return linter
        .verify(code, { languageOptions, linterOptions: { noInlineConfig: true } })
        .map(({ line, column, message }) => `${path}:${line}:${column} is not ES5: ${message}`)
    })
}

/** As npm publishes it: with what its manifest lists, and nothing else. */
function install(library, packageJson) {
  writeFileSync(packageJson, '{"private": true}')
  const quiet = ['--offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
  const args = ['install', '--install-links', '--ignore-scripts', ...quiet, library]
  const { status, stderr } = spawnSync('npm', args, { cwd: dirname(packageJson), encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm does not install ${library}:\n${stderr}`)
}

/** A line that differs for who uses npm: the import, or the path of the module among the options. */
function replaceIn(file, before, after) {
  const text = readFileSync(file, 'utf8')
  if (!before.test(text)) throw new Error(`${file} has no ${before}`)
  writeFileSync(file, text.replace(before, after))
}

/** Bytes of all files of a folder. */
function sizeOf(folder) {
  return relativeFiles(folder).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0)
}

function rootOf(project) {
  return join(project, readJson(join(project, 'project.config.json')).miniprogramRoot)
}

function isSame(one, other) {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other))
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
