/**
 * Pages that hold a client the way people do, in plain WeChat, Taro and uni-app, on a fake phone: each
 * connects, subscribes, receives, loses the network, comes back, is ended and connected again, and is
 * left. What it shows is asserted all the way. `scripts/frameworks.mjs` builds what runs here.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { opened } from './bed.mjs'
import { codeOf } from './mini-program.mjs'

/** By project: its built code package, and its pages with what becomes of the client on leaving. */
const PROJECTS = {
  'plain WeChat': {
    folder: 'native',
    pages: ['data', 'set-data', 'module', 'global-data'],
    ofTheApp: ['app'],
  },
  'Taro, React': {
    folder: 'taro/react/dist',
    pages: ['ref', 'state', 'spread', 'twice'],
    ofTheApp: ['context'],
  },
  'Taro, Vue': {
    folder: 'taro/vue/dist',
    pages: ['ref', 'reactive', 'options', 'pinia', 'raw', 'walked', 'twice'],
    ofTheApp: ['app'],
  },
  'Taro, Vue, by npm': {
    folder: 'taro/npm/dist',
    pages: ['ref', 'pinia'],
    ofTheApp: ['app'],
  },
  'uni-app': {
    folder: 'uni-app/dist/build/mp-weixin',
    pages: ['ref', 'reactive', 'options', 'pinia', 'raw', 'walked', 'twice'],
    ofTheApp: ['app'],
  },
}

for (const [project, { folder, pages, ofTheApp }] of Object.entries(PROJECTS)) {
  const code = await codeOf(new URL(folder, import.meta.url).pathname)
  describe(project, () => {
    for (const name of pages) {
      test(`${name}: a client that is ended with its page`, async () => {
        const bed = await opened(code, name)
        await lives(bed)
        await isLeft(bed)
        bed.isClean()
      })
    }
    for (const name of ofTheApp) {
      test(`${name}: a client that outlives its page`, async () => {
        const bed = await opened(code, name)
        await lives(bed)
        await isFoundAgain(bed)
        bed.isClean()
      })
    }
    if (pages.includes('walked')) {
      test('walked: watchers, JSON and the page see all of a client', async () => {
        const bed = await opened(code, 'walked')
        assert.ok(bed.text('json') > 0, 'JSON of the client')
        assert.ok(bed.text('changes') > 0, 'the deep watcher ran')
        assert.equal(typeof JSON.parse(bed.text('client')).options, 'object')
        bed.isClean()
      })
    }
    test('without WXWebAssembly the fallback does the work', async () => {
      const bed = await opened(code, pages[0], { wasmApi: null })
      await talks(bed)
      await isLeft(bed)
      bed.isClean()
    })
  })
}

describe('plain WeChat, hot reload', async () => {
  const code = await codeOf(new URL('native', import.meta.url).pathname)

  test('a new page listens to the client that the app has', async () => {
    const bed = await opened(code, 'app')
    bed.reload()
    await bed.settle()
    bed.shows({ state: 'online', count: '0' })
    bed.deliver('after')
    await bed.settle()
    bed.shows({ message: 'after', count: '1' })
    assert.equal(bed.broker.got('connect').length, 1)
    bed.isClean()
  })

  test('a new page ends the client of the one before, whose library it no longer has', async () => {
    const bed = await opened(code, 'global-data')
    bed.reload()
    await bed.settle()
    bed.shows({ state: 'online' })
    assert.equal(bed.phone.fake.openSockets.length, 1)
    await bed.pass(120_000)
    assert.equal(bed.broker.got('connect').length, 2)
    bed.shows({ state: 'online' })
    await isLeft(bed)
    bed.isClean()
  })
})

/** From the open page to a client that was ended and connected again. */
async function lives(bed) {
  await talks(bed)
  await losesTheNetwork(bed)
  await isReconnectedByHand(bed)
  await isEndedAndConnectedAgain(bed)
}

async function talks(bed) {
  bed.shows({ state: 'online', message: '', count: '0' })
  assert.deepEqual([...bed.broker.subscriptions.keys()], ['devices/1'])
  bed.tap('publish')
  await bed.settle()
  bed.shows({ message: 'hello', count: '1' })
  bed.deliver('on')
  await bed.settle()
  bed.shows({ message: 'on', count: '2' })
}

async function losesTheNetwork(bed) {
  bed.loseNetwork()
  await bed.pass(30_000)
  bed.shows({ state: 'closed' })
  bed.findNetwork()
  await bed.pass(60_000)
  bed.isOnline({ connects: 2 })
  bed.deliver('back')
  await bed.settle()
  bed.shows({ message: 'back', count: '3' })
}

/** The page does not wait for the library to do it. */
async function isReconnectedByHand(bed) {
  bed.broker.socket.close()
  await bed.settle()
  bed.shows({ state: 'closed' })
  bed.tap('reconnect')
  await bed.pass(10_000)
  bed.isOnline({ connects: 3 })
  bed.deliver('at once')
  await bed.settle()
  bed.shows({ message: 'at once', count: '4' })
}

async function isEndedAndConnectedAgain(bed) {
  bed.tap('end')
  await bed.pass(60_000)
  bed.shows({ state: 'ended' })
  assert.equal(bed.broker.got('disconnect').length, 1 + bed.before)
  assert.equal(bed.phone.fake.openSockets.length, 0)
  bed.tap('reconnect')
  await bed.pass(10_000)
  bed.isOnline({ connects: 4 })
  bed.tap('publish')
  await bed.settle()
  bed.shows({ message: 'hello', count: '5' })
}

/** Nothing is left of the client when its page is gone. */
async function isLeft(bed) {
  bed.miniProgram.back()
  await bed.settle()
  const { length } = bed.phone.fake.sockets
  await bed.pass(120_000)
  assert.equal(bed.phone.fake.openSockets.length, 0, 'the socket is closed')
  assert.equal(bed.phone.fake.sockets.length, length, 'no other was made')
  assert.equal(bed.phone.fake.listeners, bed.listeners, 'nothing of the phone is listened to')
}

/** The page is left and opened again: the client has stayed, and tells the new page only. */
async function isFoundAgain(bed) {
  const connects = bed.broker.got('connect').length
  bed.miniProgram.back()
  await bed.pass(10_000)
  bed.deliver('unseen')
  await bed.settle()
  bed.open()
  await bed.settle()
  bed.shows({ state: 'online', message: '', count: '0' })
  bed.deliver('seen')
  await bed.settle()
  bed.shows({ message: 'seen', count: '1' })
  assert.equal(bed.broker.got('connect').length, connects)
}
