/** Commands in code blocks and in the text: what they name is there. Nothing is run. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Programs of others; what is said to them is theirs. */
const FOREIGN = ['openssl', 'git', 'rustup', 'apt-get', 'brew']

const CARGO = ['audit', 'bench', 'build', 'clippy', 'doc', 'fmt', 'test', 'run', 'tree', 'update']
const NPM = ['audit', 'ci', 'i', 'init', 'install', 'pack', 'publish', 'test']

/** Folders whose files are named in the text. */
const FOLDERS = /^(bench|benches|demo|docs|examples|fuzz|miniprogram|pkg|scripts|src|tests)\//

/** Those that a reader's own project has. */
const OF_READERS = /^src\/(utils|static)\b/

/** The problems of a code block of shell commands. */
export function checkShell({ line, text }, root) {
  return text.split('\n').flatMap((command, at) => {
    const problem = problemOf(command.replace(/(^|\s)#.*$/, '').trim(), root)
    return problem ? [{ line: line + 1 + at, text: problem }] : []
  })
}

/** The problems of inline code: commands of the project and paths of its files. */
export function checkSpans(spans, root) {
  return spans.flatMap(({ line, text }) => {
    const isCommand = /^(\.\/build\.sh|npm run|node |cargo run|(\w+=\S+ )+)/.test(text)
    const isPath = FOLDERS.test(text) && !OF_READERS.test(text) && /^[\w./*-]+$/.test(text)
    const problem = isCommand ? problemOf(text, root) : isPath ? missing(text, root) : undefined
    return problem ? [{ line, text: problem }] : []
  })
}

function problemOf(command, root) {
  if (command.includes(' && ')) {
    return command
      .split(' && ')
      .map(part => problemOf(part, root))
      .find(Boolean)
  }
  const words = command.split(/\s+/).filter(word => word && !/^[A-Z_]+=/.test(word))
  const [program, ...args] = words
  if (!program || FOREIGN.includes(program)) return undefined
  const check = PROGRAMS[program]
  if (!check) return `"${program}" is no program that the docs use`
  return (
    check(args, root) ??
    args
      .filter(arg => FOLDERS.test(arg))
      .map(path => missing(path, root))
      .find(Boolean)
  )
}

const PROGRAMS = {
  './build.sh': ([verb], root) => {
    const script = readFileSync(join(root, 'build.sh'), 'utf8')
    const verbs = [...script.matchAll(/^ {4}([a-z-]+)(?: \|[^)]*)?\) /gm)].map(([, name]) => name)
    return !verb || verbs.includes(verb) ? undefined : `build.sh has no "${verb}"`
  },
  npm: ([verb, name], root) => {
    if (verb !== 'run') return NPM.includes(verb) ? undefined : `npm has no "${verb}"`
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return scripts[name] ? undefined : `package.json has no script "${name}"`
  },
  npx: () => undefined,
  cd: () => undefined,
  node: () => undefined,
  cargo: (args, root) => {
    const verb = args.find(arg => !arg.startsWith('+'))
    const example = args[args.indexOf('--example') + 1]
    if (!CARGO.includes(verb)) return `cargo has no "${verb}"`
    if (args.includes('--manifest-path'))
      return missing(args[args.indexOf('--manifest-path') + 1], root)
    return args.includes('--example') ? missing(`examples/${example}.rs`, root) : undefined
  },
}

/** A path may have one pattern, in its last part. */
function missing(path, root) {
  const file = path.replace(/\/$/, '')
  if (!file.includes('*')) {
    return existsSync(join(root, file)) ? undefined : `${path} is not there`
  }
  const folder = join(root, dirname(file))
  const pattern = new RegExp(`^${basename(file).replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
  const found = existsSync(folder) && readdirSync(folder).some(name => pattern.test(name))
  return found ? undefined : `${path} matches nothing`
}
