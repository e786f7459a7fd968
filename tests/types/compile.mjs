/**
 * Compiles TypeScript as a user's project would: against the types of this package or of MQTT.js, both by the
 * name `mqtt`, so that one file can be tried on either.
 */
import { join } from 'node:path'
import ts from 'typescript'
import { PACKAGE } from '../harness/package.mjs'

const ROOT = join(import.meta.dirname, '../..')

/** Where `mqtt` resolves to. */
export const LIBRARIES = {
  ours: join(PACKAGE, 'index.d.ts'),
  'MQTT.js': join(ROOT, 'node_modules/mqtt/build/index.d.ts'),
}

/** The settings that decide what an import means, by the names of the projects that have them. */
export const PROJECTS = {
  // the template of WeChat DevTools: no esModuleInterop
  'WeChat DevTools': {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: false,
  },
  'CommonJS with esModuleInterop': {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: true,
  },
  'a bundler': {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  },
  'Node.js': {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  },
}

/**
 * Compiles `files` (a map from names to text) with --strict.
 *
 * @returns the errors, one a line, in these files and in the declarations
 */
export function compile(files, { library = 'ours', node = false, ...options } = {}) {
  const settings = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2020,
    lib: ['lib.es2020.d.ts'],
    types: node ? ['node'] : [],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    ...PROJECTS['a bundler'],
    paths: { mqtt: [LIBRARIES[library]], 'mqtt-miniprogram': [LIBRARIES.ours] },
    // what MQTT.js brings along is not all clean
    skipLibCheck: library !== 'ours',
    ...options,
  }
  const sources = new Map(Object.entries(files).map(([name, text]) => [join(HERE, name), text]))
  const host = ts.createCompilerHost(settings)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = name => sources.has(name) || fileExists(name)
  host.readFile = name => sources.get(name) ?? readFile(name)
  host.getSourceFile = (name, version) =>
    sources.has(name)
      ? ts.createSourceFile(name, sources.get(name), version)
      : getSourceFile(name, version)
  const program = ts.createProgram([...sources.keys()], settings, host)
  return ts.getPreEmitDiagnostics(program).map(shown).join('\n')
}

/** A folder that has no package.json of its own: its files are what their names say. */
const HERE = import.meta.dirname

function shown({ file, start, code, messageText }) {
  const place = file ? `${file.fileName.replace(`${HERE}/`, '')}:${lineOf(file, start)} ` : ''
  return `${place}TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}

function lineOf(file, start) {
  return file.getLineAndCharacterOfPosition(start).line + 1
}
