/** What is done to the module, and to its translation, for a small mqtt.fallback.js: all else stays. */
import binaryen from 'binaryen'
import assert from 'node:assert/strict'
import test from 'node:test'
import { dropCoercions } from '../../scripts/fallback/coercions.mjs'
import { dropInitialValues } from '../../scripts/fallback/initial-values.mjs'
import { callForMemory } from '../../scripts/fallback/memory.mjs'

const FUNCTIONS_OF_C = { memcpy: '$0', memmove: '$1', memset: '$2' }

/** By name: what a function does with `$to` and `$from`, and how many of its accesses become calls. */
const BODIES = {
  'copies upwards are one': [copy('i64', 4, 0, 8, 16) + copy('i32', 4, 24), 1],
  'copies downwards are one, aligned or not': [copy('i32', 1, 24) + copy('i64', 1, 16, 8, 0), 1],
  'copies with a gap are two': [copy('i64', 4, 0, 8, 20, 28), 2],
  'a copy of eight bytes is one': [copy('i64', 4, 4) + copy('i64', 1, 16), 2],
  'a copy of less stays what it is': [copy('i32', 4, 4) + copy('i32', 4, 12), 0],
  'copies by less than their length stay apart, if that is known': [
    `(i64.store offset=8 (local.get $to) (i64.load (local.get $to)))
     (i64.store offset=16 (local.get $to) (i64.load offset=8 (local.get $to)))`,
    2,
  ],
  'loads that are not aligned': [
    `(i32.store offset=64 (local.get $to)
       (i32.add
         (i32.load offset=3 align=1 (local.get $from))
         (i32.load16_u offset=9 align=1 (local.get $from))))
     (i64.store offset=72 (local.get $to)
       (i64.add
         (i64.load offset=5 align=2 (local.get $from))
         (i64.load32_u offset=1 align=1 (local.get $from))))
     (i64.store offset=80 (local.get $to)
       (i64.add
         (i64.load16_u offset=11 align=1 (local.get $from))
         (i64.load32_s offset=7 align=1 (local.get $from))))`,
    5,
  ],
  'stores that are not aligned': [
    `(i32.store offset=1 align=1 (local.get $to) (i32.const 0x81234567))
     (i32.store16 offset=7 align=1 (local.get $to) (i32.const 0x8765))
     (i64.store offset=9 align=1 (local.get $to) (i64.const 0x823456789abcdef0))
     (i64.store32 offset=17 align=2 (local.get $to) (i64.const -2))
     (i64.store16 offset=21 align=1 (local.get $to) (i64.const 0x8001))`,
    5,
  ],
  'the functions of C': [
    `(drop (call $memcpy (local.get $to) (local.get $from) (i32.const 21)))
     (i32.store offset=64 (local.get $to)
       (call $memmove (i32.add (local.get $to) (i32.const 5)) (local.get $to) (i32.const 21)))
     (drop (call $memset (i32.add (local.get $to) (i32.const 3)) (i32.const 0x1ff) (i32.const 9)))`,
    3,
  ],
}

for (const [name, [body, calls]] of Object.entries(BODIES))
  test(`memory is as before: ${name}`, () => {
    const changed = callForMemory(moduleOf(body), FUNCTIONS_OF_C)
    const [, run] = changed.split('(func $run (')
    assert.equal(run.split('(func')[0].match(/\(call /g)?.length ?? 0, calls)
    const [expected, found] = [moduleOf(body), changed].map(memoryAfter)
    assert.notDeepEqual(expected, INITIAL)
    assert.deepEqual(found, expected)
  })

const COERCIONS = {
  'of what a typed array holds': [
    '$1 = HEAP32[$0 >> 2] | 0; $1 = HEAPU8[$0] + 1 | 0',
    '$1 = HEAP32[$0 >> 2]; $1 = HEAPU8[$0] + 1',
  ],
  'of a variable that is always an integer': [
    '$1 = $0 + 1 | 0; if (($1 | 0) == 2) $1 = 3',
    '$1 = $0 + 1 | 0; if (($1) == 2) $1 = 3',
  ],
  'of a variable that once is not': [
    '$1 = HEAPU32[$0 >> 2]; if (($1 | 0) == 2) $1 = 3',
    '$1 = HEAPU32[$0 >> 2]; if (($1 | 0) == 2) $1 = 3',
  ],
  'of the address of a byte, but not of what has another': [
    'HEAP8[$0 + $1 | 0] = 1; HEAP8[HEAP32[$0 + 4 >> 2] + $1 | 0] = 1; HEAP32[$1] = $0 + 4 | 0',
    'HEAP8[$0 + $1] = 1; HEAP8[HEAP32[$0 + 4 >> 2] + $1] = 1; HEAP32[$1] = $0 + 4 | 0',
  ],
  'of an address in the stack': [
    '$1 = global$0 - 16 | 0; global$0 = $1; $inner($1 + 8 | 0, $0 + 8 | 0)',
    '$1 = global$0 - 16; global$0 = $1; $inner($1 + 8, $0 + 8 | 0)',
  ],
  'of an unsigned number that is assigned': [
    '$1 = $0 ? ~~$2 >>> 0 : 0; $2 = +(~~$2 >>> 0); if (($1 | 0) < 0) $1 = 0',
    '$1 = $0 ? ~~$2 : 0; $2 = +(~~$2 >>> 0); if (($1) < 0) $1 = 0',
  ],
  'not of what crosses to JavaScript': [
    'fimport$0($1 | 0, ($0 | 0) == 1 | 0); return $1 | 0',
    'fimport$0($1 | 0, ($0) == 1 | 0); return $1 | 0',
  ],
}

for (const [name, [before, after]] of Object.entries(COERCIONS))
  test(`coercions are dropped: ${name}`, () => {
    const inner = 'function $inner($0, $1) { HEAP32[$0 >> 2] = $1; }'
    const translated = body => `function asmFunc(imports) {
      var global$0 = 65536; var fimport$0 = imports.a;
      ${inner}
      function $run($0) { var $1 = 0, $2 = 0.0; $0 = $0 | 0; ${body} }
      return { "$run": $run };
    }`
    assert.equal(dropCoercions(translated(before)), translated(after))
  })

test('coercions are dropped of what a function of the table is called with, if no export is', () => {
  const translated = (
    [table, both],
    [tableParameter, bothParameter],
  ) => `function asmFunc(imports) {
    function $table($0) { ${tableParameter} HEAP32[0] = ${table}; }
    function $both($0) { ${bothParameter} HEAP32[0] = ${both}; }
    function $run() { FUNCTION_TABLE[1](HEAP32[0]); }
    var FUNCTION_TABLE = [$table, $both];
    return { "$both": $both, "$run": $run };
  }`
  const coerced = '$0 = $0 | 0;'
  assert.equal(
    dropCoercions(translated(['$0 | 0', '$0 | 0'], [coerced, coerced])),
    translated(['$0', '$0'], [';', coerced]),
  )
})

const INITIAL_VALUES = {
  'assigned at once': ['$1 = 2; $0 = $1', true],
  'assigned in what is evaluated always': ['if (($1 = $0) == 2) { $0 = $1 }', true],
  'assigned and used in the same block': ['a: { if ($0) break a; $1 = 2; $0 = $1 }', true],
  'assigned in every turn of a loop': ['while (1) { $1 = $0; if ($1) break; }', true],
  'used after the block': ['a: { if ($0) break a; $1 = 2; } $0 = $1', false],
  'used after the loop': ['while (1) { if ($0) break; $1 = 2; } $0 = $1', false],
  'used in the next turn of the loop': ['while (1) { if ($1) break; $1 = 2; }', false],
  'used in its own value': ['$1 = $1 + 1', false],
  'assigned on a condition': ['$0 = $0 ? ($1 = 2) : 3; $0 = $1', false],
  'assigned in one case': ['switch ($0) { case 1: $1 = 2; default: $0 = $1 }', false],
  'assigned as the right of an and': ['if ($0 && ($1 = 2)) { $0 = $1 }', false],
}

for (const [name, [body, dropped]] of Object.entries(INITIAL_VALUES))
  test(`the zero of a variable is ${dropped ? 'dropped' : 'kept'}: ${name}`, () => {
    const translated = variable =>
      `function asmFunc() { function $run($0) { var ${variable}; ${body} } }`
    assert.equal(dropInitialValues(translated('$1 = 0')), translated(dropped ? '$1' : '$1 = 0'))
  })

/** From `$from` to `$to`, at these offsets, each 40 further than it was */
function copy(type, align, ...offsets) {
  return offsets
    .map(
      offset => `(${type}.store offset=${offset + 40} align=${align} (local.get $to)
        (${type}.load offset=${offset} align=${align} (local.get $from)))`,
    )
    .join('\n')
}

function moduleOf(body) {
  return `(module
    (memory (export "memory") 1)
    (data (i32.const 0) "${[...INITIAL].map(byte => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
    (export "run" (func $run))
    (export "$0" (func $memcpy))
    (export "$1" (func $memmove))
    (export "$2" (func $memset))
    (func $memcpy (param $to i32) (param $from i32) (param $length i32) (result i32)
      (memory.copy (local.get $to) (local.get $from) (local.get $length)) (local.get $to))
    (func $memmove (param $to i32) (param $from i32) (param $length i32) (result i32)
      (memory.copy (local.get $to) (local.get $from) (local.get $length)) (local.get $to))
    (func $memset (param $to i32) (param $value i32) (param $length i32) (result i32)
      (memory.fill (local.get $to) (local.get $value) (local.get $length)) (local.get $to))
    (func $run (param $to i32) (param $from i32) ${body}))`
}

function memoryAfter(text) {
  const module = binaryen.parseText(text)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.emitBinary()))
  module.dispose()
  exports.run(8, 128)
  return new Uint8Array(exports.memory.buffer).slice(0, INITIAL.length)
}

const INITIAL = Uint8Array.from({ length: 256 }, (_, at) => (at * 89 + 17) % 256)
