/**
 * WeChat's compiler in a process of its own, as it writes to the console, leaves workers behind and
 * would never end: started by compilers.mjs, it answers with one message. It works offline.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ci from 'miniprogram-ci'

/** It asks WeChat's server for nothing that it does not have itself; so it need not wait for it. */
const NOWHERE = 'http://127.0.0.1:9'

/** What WeChat's server would say of the account, in megabytes and numbers. */
const LIMITS = {
  MaxCodeSize: 2,
  MaxSubpackageSubCodeSize: 2,
  MaxSubpackageFullCodeSize: 30,
  NavigateMiniprogramLimit: 10,
  MaxSubPackageLimit: 100,
  MinTabbarCount: 2,
  MaxTabbarCount: 5,
  MaxCustomTabbarCount: 5,
  MaxTabbarIconSize: 40,
}

const WORK = { compile, buildNpm }

process.once('message', async ({ work, ...options }) => {
  const answer = await WORK[work](options).then(
    result => ({ result }),
    error => ({ failure: String(error?.message ?? error) }),
  )
  process.send(answer, () => process.exit())
})

/** Compiles a project, and writes into `out` what WeChat would upload. */
async function compile({ project, out, setting }) {
  ci.proxy(NOWHERE)
  validateConfig(project)
  const given = new ci.Project({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath: project,
    privateKey: 'none is needed without an upload',
    ignores: ['node_modules/**/*'],
  })
  given.attr = async () => ({ platform: false, appType: 0, setting: LIMITS })
  const files = await ci.getCompiledResult({
    project: given,
    version: '0.0.0',
    setting,
    onProgressUpdate() {},
  })
  for (const [path, content] of Object.entries(files)) {
    const file = join(out, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return Object.keys(files)
}

/** The compiler reads project.config.json, and says nothing of what is wrong in it. */
function validateConfig(project) {
  const config = JSON.parse(readFileSync(join(project, 'project.config.json'), 'utf8'))
  const { error: errors } = ci.schemaValidate('projectconfig', config)
  const problems = errors.map(({ errorProperty: place, correctType: types, requireProperty }) => {
    const rule = requireProperty ? `needs ${requireProperty}` : `must be ${types?.join(' or ')}`
    return `project.config.json: ${place} ${rule}`
  })
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** What DevTools' menu 构建 npm does. */
async function buildNpm({ packageJson, miniprogram }) {
  const { miniProgramPackNum, otherNpmPackNum, warnList } = await ci.packNpmManually({
    packageJsonPath: packageJson,
    miniprogramNpmDistDir: miniprogram,
  })
  const warnings = warnList.map(({ jsPath, msg }) => `${jsPath}: ${msg}`)
  return { asTheyAre: miniProgramPackNum, bundled: otherNpmPackNum, warnings }
}
