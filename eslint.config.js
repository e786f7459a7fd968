/** Rules for the shim, for tools and tests, and for what is built: that must run on a phone. */
import js from '@eslint/js'
import globals from 'globals'
import typescript from 'typescript-eslint'
import { RETIRED, ROOMS, roomsAbove } from './scripts/rooms.mjs'

const PHONE = ['wx', 'WXWebAssembly', 'console', 'setTimeout', 'clearTimeout']
const BUILT_OF_FRAMEWORKS = ['tests/frameworks/**/dist/', 'tests/frameworks/**/mqtt.*.js']
const MINI_PROGRAM = [
  ...PHONE,
  'App',
  'Page',
  'Component',
  'getApp',
  'require',
  'module',
  'exports',
]

const CORE = { name: '#core', message: 'Only engine/ may import the core.' }

export default [
  { ignores: ['target/', '**/node_modules/', 'miniprogram/utils/', ...BUILT_OF_FRAMEWORKS] },
  {
    ...js.configs.recommended,
    files: ['**/*.{js,mjs}'],
    ignores: ['pkg/**', 'miniprogram/**', 'scripts/pkg/**'],
    languageOptions: { globals: { ...globals.node, ...globals.browser, ...globals.worker } },
    rules: {
      ...js.configs.recommended.rules,
      eqeqeq: 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    ...js.configs.recommended,
    files: ['miniprogram/**/*.js', 'tests/frameworks/native/**/*.js'],
    languageOptions: { globals: readonly(MINI_PROGRAM) },
  },
  ...typescript.configs.recommended.map(config => ({ ...config, files: ['src/shim/**/*.ts'] })),
  {
    files: ['src/shim/**/*.ts'],
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    files: ['src/shim/**/*.ts'],
    ignores: ['src/shim/api.d.ts'], // published as one file
    rules: {
      'max-lines': ['error', 400],
      'id-denylist': ['error', ...RETIRED],
      'no-restricted-globals': ['error', ...['wx', 'WXWebAssembly'].map(only('platform/'))],
    },
  },
  { files: ['src/shim/platform/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  ...ROOMS.map(({ name }) => ({
    files: [`src/shim/${name}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', forbiddenIn(name)] },
  })),
  {
    files: ['src/shim/index.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [CORE] }] },
  },
  {
    // callbacks whose arguments are the application's business
    files: ['src/shim/api.d.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  {
    // The bundle is ES2015 and uses no global that a phone lacks, unless it asks by typeof first.
    files: ['pkg/**/*.js', 'scripts/pkg/**/*.js'],
    languageOptions: {
      ecmaVersion: 2015,
      sourceType: 'commonjs',
      globals: readonly(PHONE),
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
    rules: { 'no-undef': 'error' },
  },
]

function only(place) {
  return name => ({ name, message: `Only ${place} may use ${name}.` })
}

/** What the files of a room must not import. */
function forbiddenIn(room) {
  const above = roomsAbove(room).flatMap(name => [`../${name}`, `../${name}/*`])
  const message = `${room}/ imports only rooms below it: see scripts/rooms.mjs.`
  const patterns = [{ group: ['../index', ...above], message }]
  return room === 'engine' ? { patterns } : { patterns, paths: [CORE] }
}

function readonly(names) {
  return Object.fromEntries(names.map(name => [name, 'readonly']))
}
