/**
 * What WeChat's own compilers say, and the page as they compile it: `./build.sh check-wechat`, after
 * a build.
 */
import { fileURLToPath } from 'node:url'
import { nodeTests, runSteps } from './steps.mjs'

export const WECHAT = [
  { name: "WeChat's compilers take the page and pkg/", command: node('tests/wechat/run.mjs') },
  { name: "WeChat's compilers refuse what is broken", command: nodeTests('tests/wechat') },
  {
    name: 'The page as WeChat compiles it',
    waits: true,
    command: compiledPage('project', 'guide|console|diagnosis'),
  },
  { name: 'The page without ES6 to ES5', command: compiledPage('es6-minified', 'the whole guide') },
  { name: 'The page with 构建 npm', command: compiledPage('npm', 'the whole guide') },
].map(step => ({ ...step, counts: true }))

/** The tests of the page whose names match `pattern`, on a package of tests/wechat/run.mjs. */
function compiledPage(variant, pattern) {
  const chosen = `--test-name-pattern=${pattern}`
  return node(chosen, 'tests/page/run.mjs', '--root', `target/wechat/${variant}`)
}

function node(...args) {
  return [process.execPath, ...args]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runSteps('check-wechat', WECHAT)
