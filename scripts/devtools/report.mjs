/** What is pasted into an issue: where the guide was run, and how each step went. */
import { readFileSync } from 'node:fs'

/** @param {object} walk as `walkGuide` returns it, with `system` and `usesOwnConfig` */
export function reportOf({ steps, complaints, system, usesOwnConfig }) {
  const { version } = JSON.parse(readFileSync('pkg/package.json', 'utf8'))
  const { SDKVersion, version: wechat, platform, model, system: phone } = system
  return [
    `mqtt-miniprogram ${version}, ${new Date().toISOString()}`,
    `${process.platform} ${process.arch}, Node.js ${process.version}`,
    `基础库 base library ${SDKVersion}, 微信 WeChat ${wechat}, ${platform}, ${model}, ${phone}`,
    `服务器 broker: ${usesOwnConfig ? 'config.js' : '本机 this machine'}`,
    ...steps.map(lineOf),
    ...complaints.map(complaint => `console: ${complaint}`),
  ].join('\n')
}

function lineOf({ name, ms, failure, skipped }) {
  if (skipped) return `[未进行 skipped] ${name}`
  return failure ? `[失败 failed] ${name}: ${failure}` : `[通过 passed] ${name} ${ms} ms`
}
