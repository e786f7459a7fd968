/** All tests, and the checks, with their sum: `./build.sh test`, after a build. */
import { WECHAT } from './check-wechat.mjs'
import { CHECKS } from './check.mjs'
import { nodeTests, runSteps } from './steps.mjs'

/** `counts`: its runner says how many tests it ran, and none is a failure. */
const TESTS = [
  { name: 'The core, natively', command: ['cargo', 'test', '--locked'] },
  {
    name: 'The core in Chromium',
    command: ['cargo', 'test', '--locked', '--target', 'wasm32-unknown-unknown', '--test', 'wasm'],
    env: {
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'target/tools/release/wasm-bindgen-test-runner',
      WASM_BINDGEN_TEST_ONLY_WEB: '1',
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: 'tests/webdriver.json',
    },
  },
  { name: 'The core, fuzzed', command: [process.execPath, 'scripts/fuzz.mjs', '15'] },
  { name: 'The module', command: nodeTests('tests/wasm-module') },
  { name: 'The shim on a sealed phone', command: nodeTests('tests/shim') },
  { name: 'The types', command: nodeTests('tests/types') },
  { name: 'The npm package', command: nodeTests('tests/package') },
  { name: 'The docs', command: nodeTests('tests/docs') },
  { name: 'Faults of networks, brokers and platforms', command: nodeTests('tests/faults') },
  { name: 'What pages really do', command: nodeTests('tests/field') },
  { name: 'Parity with MQTT.js and mqtt-packet', command: nodeTests('tests/parity') },
  { name: 'The library at a real broker', command: nodeTests('tests/brokers') },
  { name: "The library in phones' engines", command: nodeTests('tests/engines') },
  { name: 'The servers of the demo', command: nodeTests('tests/page', { atOnce: 2 }) },
  { name: 'The page in Chromium', command: [process.execPath, 'tests/page/run.mjs'] },
].map(test => ({ ...test, counts: true }))

await runSteps('test', [...TESTS, ...WECHAT, ...CHECKS])
