/** The check of what people read: every kind of mistake is found, and named with its line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemsOf } from '../../scripts/docs.mjs'
import { anchorOf } from '../../scripts/docs/page.mjs'

const PAGE = 'docs/made-up.md'
const TWIN = 'docs/made-up.en.md'

/** The problems of a page whose twin is the same. */
function problemsIn(text) {
  const markdown = `# Made up\n\n${text}\n`
  const texts = new Map([
    [PAGE, markdown],
    [TWIN, markdown],
  ])
  const found = problemsOf(texts)
  const ofPage = found.filter(problem => problem.startsWith(`${PAGE}:`))
  assert.equal(found.length, 2 * ofPage.length, 'both pages have them')
  return ofPage.map(problem => problem.slice(PAGE.length + 1))
}

const block = (language, ...lines) => ['```' + language, ...lines, '```'].join('\n')

const SOUND = {
  'links, anchors and images':
    '[here](#made-up) [there](made-up.en.md#made-up) [out](https://example.com)\n' +
    '![picture](images/reconnect.svg) <img src="images/reconnect.svg" />',
  'JavaScript of a page': block(
    'js',
    "const mqtt = require('./utils/mqtt.min.js')",
    'Page({',
    '  onLoad() {',
    "    this.client = mqtt.connect('wxs://host', { clientId: 'device001' })",
    "    this.client.on('message', (topic, payload) => this.setData({ [topic]: `${payload}` }))",
    '  },',
    '})',
  ),
  'JavaScript without the library': block('js', 'export default defineConfig({ plugins: [] })'),
  'a fragment': block('js fragment', 'copy: { patterns: [] },'),
  TypeScript: block(
    'ts',
    "import mqtt from 'mqtt-miniprogram'",
    'const options: mqtt.IClientOptions = { clean: false }',
  ),
  JSON: block('json', '{ "usingComponents": {} }'),
  WXML: block('wxml', '<view wx:if="{{connected}}">{{text}}</view>'),
  commands: block(
    'sh',
    '# a comment',
    './build.sh demo --port 8000   # another',
    'DIARY=1 node --test tests/shim/*.test.mjs',
    'npm run demo',
    'cargo run --example tcp -- 127.0.0.1:1883',
    'openssl s_client -connect host:443 </dev/null',
  ),
  'commands in the text':
    '`./build.sh test`, `npm run build`, `src/options.rs`, `src/utils/mqtt.min.js`',
  'what is marked as unchecked': block('nginx unchecked', 'listen 443 ssl;'),
  'plain text': block('text', 'anything') + '\n' + block('', 'at all'),
  'a block inside of a list': '1. First:\n\n   ' + block('json', '{}').replaceAll('\n', '\n   '),
  'a block inside of a quotation': block('json', '{', '}').replace(/^/gm, '> '),
}

for (const [what, text] of Object.entries(SOUND)) {
  test(`sound: ${what}`, () => assert.deepEqual(problemsIn(text), []))
}

const BROKEN = {
  'a link to nowhere': ['[gone](gone.md)', /^3: gone\.md is not there$/],
  'an anchor that no heading has': ['[gone](#gone)', /^3: docs\/made-up\.md has no heading #gone$/],
  'an anchor of another page': [
    '[gone](made-up.en.md#gone)',
    /^3: docs\/made-up\.en\.md has no heading #gone$/,
  ],
  'an image that is not there': ['![](images/gone.webp)', /^3: images\/gone\.webp is not there$/],
  'an image of HTML': ['<img src="gone.png" />', /^3: gone\.png is not there$/],
  'an image that is too large': [
    '![](../pkg/mqtt.fallback.js)',
    /^3: \.\.\/pkg\/mqtt\.fallback\.js has \d+ bytes, 60000 are too many$/,
  ],
  'a link around an image': ['[![](images/reconnect.svg)](gone.md)', /^3: gone\.md is not there$/],
  'JavaScript that does not parse': [block('js', '', 'const = 1'), /^5: does not parse: /],
  'a fragment without its marker': [block('js', 'copy: { a: 1 }, b: {},'), /^4: does not parse: /],
  'a method that the client has not': [
    block('js', '', "client.push('Topic0', 'text')"),
    /^5: TS2339: Property 'push' does not exist/,
  ],
  'an option of a wrong type': [
    block('js', "mqtt.connect(url, { keepalive: '60' })"),
    /^4: TS2322: Type 'string' is not assignable to type 'number'/,
  ],
  'an option that there is not': [
    block('js', "mqtt.connect(url, { clientID: 'device001' })"),
    /^4: TS2561: .*'clientID' does not exist/,
  ],
  'an event that there is not': [
    block('js', "client.on('connected', () => {})"),
    /^4: TS2345: .*"connected"/,
  ],
  'a name that nobody has': [
    block('js', 'mqtt.connect(address)'),
    /^4: TS2304: Cannot find name 'address'/,
  ],
  'TypeScript that does not compile': [
    block('ts', "import mqtt from 'mqtt-miniprogram'", 'const port: string = 1'),
    /^5: TS2322: /,
  ],
  'JSON that does not parse': [block('json', '{ "a": 1, }'), /^3: does not parse: /],
  'WXML that does not parse': [block('wxml', '<view><text></view>'), /^3: does not parse: /],
  'a language that nothing checks': [
    block('python', 'import mqtt'),
    /^3: nothing checks "python": mark it unchecked$/,
  ],
  'a verb that build.sh has not': [block('sh', './build.sh all'), /^4: build\.sh has no "all"$/],
  'a verb in the text': ['`./build.sh all`', /^3: build\.sh has no "all"$/],
  'a script that package.json has not': [block('sh', 'npm run all'), /^4: package\.json has no/],
  'a file that is not there': [
    block('sh', 'cargo test', 'node scripts/gone.mjs'),
    /^5: scripts\/gone\.mjs is not there$/,
  ],
  'a pattern that matches nothing': [
    '`node --test tests/gone/*.test.mjs`',
    /^3: tests\/gone\/\*\.test\.mjs matches nothing$/,
  ],
  'an example that is not there': [
    block('sh', 'cargo run --example gone'),
    /^4: examples\/gone\.rs is not there$/,
  ],
  'a second command of a line': [
    block('sh', 'npm ci && npm run gone'),
    /^4: package\.json has no script "gone"$/,
  ],
  'a program that the docs do not use': [block('sh', 'make all'), /^4: "make" is no program/],
  'a path in the text': ['`src/shim/gone.ts`', /^3: src\/shim\/gone\.ts is not there$/],
}

for (const [what, [text, problem]] of Object.entries(BROKEN)) {
  test(`found: ${what}`, () => {
    const problems = problemsIn(text)
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0], problem)
  })
}

test('found: a page in one language alone', () => {
  const problems = problemsOf(new Map([[PAGE, '# Made up\n']]))
  assert.deepEqual(problems, [`${PAGE}:1: ${TWIN} is missing`])
})

test('found: a section that the other language has not', () => {
  const texts = new Map([
    [PAGE, '# Made up\n\n## More\n'],
    [TWIN, '# Made up\n'],
  ])
  assert.equal(problemsOf(texts).length, 2)
})

test('anchors are those of GitHub', () => {
  const anchors = {
    'Engines, WebAssembly and where files go': 'engines-webassembly-and-where-files-go',
    '`1006`、`abnormal closure`': '1006abnormal-closure',
    安全: '安全',
    'EMQX 与 Nginx': 'emqx-与-nginx',
    '[A link](b.md)': 'a-link',
  }
  for (const [heading, anchor] of Object.entries(anchors)) assert.equal(anchorOf(heading), anchor)
})
