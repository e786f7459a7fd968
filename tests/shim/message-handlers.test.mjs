/** Which handlers a topic has, among few filters and among many. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../harness/random.mjs'
import { source } from '../harness/source.mjs'

const { MessageHandlers } = await source('client/message-handlers')

/** Section 4.7, by the letter. */
function matches(filter, topic) {
  if (/^\$share\//.test(filter)) return matches(filter.split('/').slice(2).join('/'), topic)
  if (topic[0] === '$' && /^[+#]/.test(filter)) return false
  const [asked, given] = [filter.split('/'), topic.split('/')]
  const manner = asked.at(-1) === '#' ? asked.pop() : ''
  const fits = asked.every((level, at) => given[at] === level || (level === '+' && at in given))
  return fits && (manner === '#' || asked.length === given.length)
}

const LEVELS = ['a', 'b', '', '$x', '+', '+', '#']

test('handlers are found as by asking each, in their order, while filters come and go', () => {
  const random = seeded(5)
  const pick = list => list[Math.floor(random() * list.length)]
  const levels = among => Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(among))
  const filter = () => {
    const made = levels(LEVELS)
    const end = made.indexOf('#')
    const text = (end < 0 ? made : made.slice(0, end + 1)).join('/') || 'a'
    return random() < 0.1 ? `$share/g/${text}` : text
  }
  let found = 0
  for (let round = 0; round < 300; round++) {
    const handlers = new MessageHandlers(matches)
    const expected = new Map()
    for (let step = 0; step < 20; step++) {
      const one = random() < 0.3 && expected.size > 0 ? pick([...expected.keys()]) : filter()
      if (random() < 0.3) {
        expected.delete(one)
        handlers.remove(one)
      } else {
        expected.set(one, one) // a handler that is its filter is easy to tell
        handlers.set(one, one)
      }
      const topic = levels(LEVELS.slice(0, 4)).join('/') || 'a'
      const right = [...expected.keys()].filter(known => matches(known, topic))
      assert.deepEqual(handlers.of(topic), right, `${topic} among ${[...expected.keys()]}`)
      found += right.length
    }
  }
  assert.ok(found > 3000, `${found}`)
})

test('among 10,000 filters the core is asked about those that can match, and no others', () => {
  let asked = 0
  const handlers = new MessageHandlers((filter, topic) => {
    asked++
    return matches(filter, topic)
  })
  for (let at = 0; at < 3333; at++)
    for (const filter of [`plant/${at}/state`, `plant/${at}/+`, `line/${at}/#`])
      handlers.set(filter, filter)
  assert.deepEqual(handlers.of('plant/77/state'), ['plant/77/state', 'plant/77/+'])
  assert.deepEqual(handlers.of('line/78'), ['line/78/#'])
  assert.deepEqual(handlers.of('elsewhere'), [])
  assert.ok(asked <= 3, `${asked}`)
})
