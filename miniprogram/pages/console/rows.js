// 消息在列表里的样子
import { timeOfDay } from '../../lib/time.js'
import { copyable, expand, sizeOf, summarize } from '../../mqtt/payload.js'

export function rowOf(message, color) {
  const { id, direction, time, topic, qos, retain, status = '', payload, size } = message
  const { kind, preview } = summarize(payload)
  const row = { id, direction, topic, color, qos, retain, kind, preview, status, full: '' }
  return Object.assign(row, { time: timeOfDay(time), size: sizeOf(size), properties: '' })
}

/** 展开时多出来的 */
export function detailOf({ payload, properties }) {
  const hasProperties = properties && Object.keys(properties).length > 0
  return {
    full: expand(payload),
    properties: hasProperties ? JSON.stringify(properties, readable, 2) : '',
  }
}

/** 主题或内容里有要找的文字，不分大小写 */
export function isMatch({ topic, payload }, wanted) {
  if (!wanted) return true
  const lower = wanted.toLowerCase()
  return (
    topic.toLowerCase().indexOf(lower) >= 0 || copyable(payload).toLowerCase().indexOf(lower) >= 0
  )
}

// correlationData 是字节
function readable(name, value) {
  return name === 'correlationData' ? String(value.data || value) : value
}
