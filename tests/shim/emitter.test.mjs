/** The event emitter: Node's methods and order; a listener that throws stops no other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turn } from '../harness/clock.mjs'
import { source } from '../harness/source.mjs'

const { Emitter } = await source('platform/emitter')

function listening() {
  const emitter = new Emitter()
  const log = []
  const note = name => value => log.push(`${name} ${value}`)
  return { emitter, log, note }
}

test('listeners are called in order, once if so wished', () => {
  const { emitter, log, note } = listening()
  emitter.on('e', note('second')).once('e', note('third')).addListener('e', note('fourth'))
  emitter.prependListener('e', note('first'))
  assert.equal(emitter.emit('e', 1), true)
  assert.equal(emitter.emit('e', 2), true)
  assert.deepEqual(log, [
    ...['first 1', 'second 1', 'third 1', 'fourth 1'],
    ...['first 2', 'second 2', 'fourth 2'],
  ])
  assert.equal(emitter.emit('nobody'), false)
})

test('a listener is taken off once for each time that it was put on', () => {
  const { emitter, log, note } = listening()
  const twice = note('twice')
  emitter.on('e', twice).once('e', twice)
  assert.deepEqual(emitter.listeners('e'), [twice, twice])
  emitter.off('e', twice) // the later one, as in Node
  emitter.emit('e', 1)
  emitter.emit('e', 2)
  emitter.removeListener('e', twice).off('e', twice)
  assert.equal(emitter.listenerCount('e'), 0)
  assert.deepEqual(log, ['twice 1', 'twice 2'])
})

test('listeners that come or go during an event are counted from the next one on', () => {
  const { emitter, log, note } = listening()
  const late = note('late')
  emitter.once('e', () => emitter.off('e', gone).on('e', late))
  const gone = note('gone')
  emitter.on('e', gone)
  emitter.emit('e', 1)
  emitter.emit('e', 2)
  assert.deepEqual(log, ['gone 1', 'late 2'])
})

test('removeAllListeners, eventNames, setMaxListeners', () => {
  const { emitter, note } = listening()
  emitter.setMaxListeners(1).on('a', note('a')).on('b', note('b')).on('c', note('c'))
  emitter.removeAllListeners('a')
  assert.deepEqual(emitter.eventNames(), ['b', 'c'])
  emitter.removeAllListeners()
  assert.deepEqual(emitter.eventNames(), [])
})

test('the other names of the methods do the same', () => {
  const { emitter, log, note } = listening()
  const [first, last] = [note('first'), note('last')]
  emitter.addListener('e', last).prependOnceListener('e', first)
  assert.deepEqual(emitter.listeners('e'), [first, last])
  assert.deepEqual(emitter.rawListeners('e'), [first, last])
  emitter.emit('e', 1)
  assert.equal(emitter.listenerCount('e'), 1)
  emitter.removeListener('e', last)
  assert.equal(emitter.emit('e', 2), false)
  assert.deepEqual(log, ['first 1', 'last 1'])
  assert.equal(emitter.getMaxListeners(), Infinity)
})

test('what is no function cannot listen', () => {
  assert.throws(() => new Emitter().on('e', undefined), TypeError)
})

test('an error of a listener surfaces in a turn of its own, when all have heard', async t => {
  const thrown = []
  t.mock.method(globalThis, 'setTimeout', run => setImmediate(() => thrown.push(caught(run))))
  const { emitter, log, note } = listening()
  emitter.on('e', () => {
    throw new Error('mine')
  })
  emitter.on('e', note('next'))
  emitter.emit('e', 1)
  assert.deepEqual([log, thrown], [['next 1'], []])
  await turn()
  assert.deepEqual(
    thrown.map(error => error.message),
    ['mine'],
  )
})

function caught(run) {
  try {
    return run()
  } catch (error) {
    return error
  }
}
