/** Rules for the shim, for tools and tests, and for what is built: that must run on a phone. */
import js from '@eslint/js'
import globals from 'globals'
import typescript from 'typescript-eslint'

const PHONE = ['wx', 'WXWebAssembly', 'console', 'setTimeout', 'clearTimeout']
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

export default [
  { ignores: ['target/', 'node_modules/', 'miniprogram/utils/'] },
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
    files: ['miniprogram/**/*.js'],
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
    // callbacks whose arguments are the application's business
    files: ['src/shim/api.d.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  {
    // The bundle is ES2015 and uses no global that a phone lacks, unless it asks by typeof first.
    files: ['pkg/*.js', 'scripts/pkg/*.js'],
    languageOptions: {
      ecmaVersion: 2015,
      sourceType: 'commonjs',
      globals: readonly(PHONE),
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' },
    rules: { 'no-undef': 'error' },
  },
]

function readonly(names) {
  return Object.fromEntries(names.map(name => [name, 'readonly']))
}
