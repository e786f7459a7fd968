/** What WeChat would refuse is refused here, with words that lead to the place. */
import assert from 'node:assert/strict'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { VARIANTS, checkNpm, checkNpmSize, checkPackage, checkTemplates } from './gate.mjs'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGE = 'miniprogram/pages/index/index'

const BROKEN_PACKAGES = {
  'app.json with a comma too many': {
    change: copy => copy.replace('miniprogram/app.json', '"sitemap.json"', '"sitemap.json",'),
    refusal: /^miniprogram\/app\.json: [^]*Expecting 'STRING', got }/,
  },
  'app.json with a wrong type': {
    change: copy => copy.replace('miniprogram/app.json', '"@navigationBarText"', 'false'),
    refusal: /^miniprogram\/app\.json .*navigationBarTextStyle/,
  },
  'project.config.json with a wrong type': {
    change: copy => copy.replace('project.config.json', '"es6": true', '"es6": "yes"'),
    refusal: /^project\.config\.json: setting\.es6 must be boolean$/,
  },
  'a page without files': {
    change: copy => copy.replace('miniprogram/app.json', '"pages": [', '$&"pages/gone/gone",'),
    refusal: /^miniprogram\/app\.json: .*"pages\/gone\/gone\.wxml"/,
  },
  'a page without its script': {
    change: copy => copy.remove(`${PAGE}.js`),
    refusal: /pages\/index\/index\.js/,
  },
  'JavaScript that is none': {
    change: copy => copy.append('miniprogram/lib/time.js', 'const = 1\n'),
    refusal: /^lib\/time\.js: Unexpected token \(15:6\)/,
  },
  'JavaScript that stays newer than ES5': {
    change: copy =>
      copy.replace(
        'project.config.json',
        '"es6": true',
        '$&, "babelSetting": { "ignore": ["lib/time.js"] }',
      ),
    refusal: /^lib\/time\.js:3:\d+ is not ES5: /,
  },
  'a module that packOptions drops': {
    change: copy =>
      copy.replace(
        'project.config.json',
        '"ignore": []',
        '"ignore": [{ "type": "suffix", "value": ".br" }]',
      ),
    refusal: /^utils\/mqtt\.wasm\.br is not in the package: see packOptions/,
  },
  'more than two megabytes': {
    change: copy => copy.append('miniprogram/utils/large.wasm.br', Buffer.alloc(2 * 1024 * 1024)),
    refusal: /^the package has \d+ bytes, and WeChat takes less than 2097152/,
  },
}

for (const [what, { change, refusal }] of Object.entries(BROKEN_PACKAGES)) {
  test(`refused: ${what}`, async t => {
    const copy = copyProject(t)
    change(copy)
    await assert.rejects(checkPackage(copy.folder, VARIANTS.project, join(copy.folder, 'out')), {
      message: refusal,
    })
  })
}

const BROKEN_TEMPLATES = {
  'WXML with a tag that nothing ends': {
    change: copy => copy.append(`${PAGE}.wxml`, '<view>\n  <text>\n</view>\n'),
    refusal: /^pages\/index\/index\.wxml:\d+:\d+: expect end-tag `text`/,
  },
  'WXML with a condition that is no expression': {
    change: copy => copy.append(`${PAGE}.wxml`, '<view wx:if="{{a +}}"></view>\n'),
    refusal: /^pages\/index\/index\.wxml:\d+:\d+: Bad attr `wx:if`/,
  },
  'WXSS with a bad selector': {
    change: copy => copy.append(`${PAGE}.wxss`, '.a > > { color: red }\n'),
    refusal: /^ERR: pages\/index\/index\.wxss\(\d+:6\): error at token `>`/,
  },
  'WXSS that imports what is not there': {
    change: copy => copy.append('miniprogram/app.wxss', '@import "gone.wxss";\n'),
    refusal: /^ERR: path `gone\.wxss` not found from `app\.wxss`/,
  },
}

for (const [what, { change, refusal }] of Object.entries(BROKEN_TEMPLATES)) {
  test(`refused: ${what}`, t => {
    const copy = copyProject(t)
    change(copy)
    assert.throws(() => checkTemplates(copy.folder), { message: refusal })
  })
}

const BROKEN_NPM_PACKAGES = {
  'an npm package that does not say that it is for mini-programs': {
    change: copy =>
      copy.replace(
        'pkg/package.json',
        '"miniprogram": "miniprogram_dist"',
        '"miniprogram": "gone"',
      ),
    refusal: /构建 npm does not see a mini-program's package in mqtt-miniprogram/,
  },
  'an npm package that leaves its entry behind': {
    change: copy => copy.remove('pkg/miniprogram_dist/index.js'),
    refusal: 'mqtt-miniprogram has no index.js, which an import takes',
  },
  'an npm package that has 构建 npm copy the fallback': {
    change: copy => copy.append('pkg/miniprogram_dist/mqtt.fallback.js', ''),
    refusal: '构建 npm copies mqtt.fallback.js, which no mini-program needs',
  },
}

for (const [what, { change, refusal }] of Object.entries(BROKEN_NPM_PACKAGES)) {
  test(`refused: ${what}`, async t => {
    const copy = copyProject(t)
    cpSync(join(ROOT, 'pkg'), join(copy.folder, 'pkg'), { recursive: true })
    change(copy)
    const [library, sample] = ['pkg', 'sample'].map(name => join(copy.folder, name))
    const checked = checkNpm({ project: copy.folder, library, sample })
    await assert.rejects(checked, { message: refusal })
  })
}

test('refused: a package with npm that is a kilobyte larger', t => {
  const copy = copyProject(t)
  const [copied, npm] = ['miniprogram', 'npm'].map(name => join(copy.folder, name))
  cpSync(copied, npm, { recursive: true })
  copy.append('npm/index.js', Buffer.alloc(1023))
  assert.match(checkNpmSize({ copied, npm }), /bytes with npm$/)
  copy.append('npm/index.js', Buffer.alloc(1))
  assert.throws(() => checkNpmSize({ copied, npm }), /^Error: 构建 npm adds 1024 bytes/)
})

/** A copy of the project to break. */
function copyProject(t) {
  const folder = mkdtempSync(join(tmpdir(), 'mqtt-wechat-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const part of ['miniprogram', 'project.config.json']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true })
  }
  const at = path => join(folder, path)
  return {
    folder,
    append: (path, content) => appendFileSync(at(path), content),
    remove: path => rmSync(at(path)),
    replace(path, before, after) {
      const text = readFileSync(at(path), 'utf8')
      assert.ok(text.includes(before), `${path} has ${before}`)
      writeFileSync(at(path), text.replace(before, after))
    },
  }
}
