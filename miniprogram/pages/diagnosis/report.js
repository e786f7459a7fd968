// 可以复制给别人看的结果；没有密码和 Token

const MARKS = {
  passed: '通过',
  failed: '失败',
  skipped: '未进行',
  waiting: '未进行',
  running: '未完成',
}

export function reportOf({ address, version, protocolVersion, steps, times, now }) {
  const lines = [
    `MQTT 诊断 ${now.toISOString()}`,
    `服务器 ${address}，MQTT ${protocolVersion === 5 ? '5.0' : '3.1.1'}，基础库 ${version}`,
  ]
  for (const { title, state, detail, advice, code, message, took } of steps) {
    lines.push(`[${MARKS[state]}] ${title}${took ? ` ${took}` : ''}${detail ? `：${detail}` : ''}`)
    if (code) lines.push(`  code: ${code}`)
    if (message && message !== detail) lines.push(`  原文: ${message}`)
    if (advice) lines.push(`  ${advice}`)
  }
  if (times.length > 0) lines.push(`往返（毫秒）: ${times.join(' ')}`)
  return lines.join('\n')
}
