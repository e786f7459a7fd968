/**
 * What was just built is what is committed. That can be said only where the sources are as committed
 * too: while they are being changed there is nothing to compare with, and the step is skipped.
 */
import { existsSync } from 'node:fs'
import { SKIPPED, run } from './steps.mjs'
import { SOURCES } from './sources.mjs'

const BUILT = ['pkg', 'miniprogram/utils']

if (!existsSync('.git')) {
  console.log('This is no git repository: there is no commit to compare pkg/ with.')
  process.exitCode = SKIPPED
} else if (changes(SOURCES)) {
  console.log('The sources are not committed as they are: pkg/ cannot be compared with the commit.')
  process.exitCode = SKIPPED
} else {
  const different = changes(BUILT)
  if (different) {
    console.error(`Built from the committed sources, but not what is committed:\n${different}`)
    console.error('Commit what ./build.sh makes.')
    process.exit(1)
  }
  console.log(`${BUILT.join(' and ')} are what the committed sources make.`)
}

/** Changed, missing and new files, one a line. */
function changes(paths) {
  return run('git', ['status', '--porcelain', '--untracked-files=all', '--', ...paths], {
    quiet: true,
  })
}
