/** Storage that is full, foreign, torn or throwing, under a client with `store: 'wx'`. */
const keeps = { options: () => ({ store: 'wx' }) }

/** Messages that the app publishes between its two restarts */
const RESTART_TRAFFIC = 12

/** A function of `wx` does otherwise for a while, amid traffic. */
function call(name, method, make, more = {}) {
  return {
    name: `wx.${method} ${name}`,
    ...keeps,
    ...more,
    begin: bed => bed.replace(bed.fake.wx, method, make),
  }
}

/**
 * The app dies with messages that nobody has got, and starts with a storage that `fails(bed)`; what
 * that gives undoes it. It dies once more, and starts with the storage as it should be.
 */
function restart(name, fails, more = {}) {
  return {
    name: `the app starts: ${name}`,
    ...keeps,
    lasts: 0,
    ...more,
    begin(bed) {
      bed.server.network.opening = socket => socket.fail('no network')
      bed.server.hangUp()
    },
    async during(bed) {
      await bed.pass(2_000)
      bed.kill()
      bed.install()
      const undo = fails(bed)
      bed.start()
      await bed.traffic(RESTART_TRAFFIC)
      bed.kill()
      undo?.()
      bed.install()
      bed.start()
      await bed.pass(1_000)
      bed.healNetwork()
      bed.fake.network(true)
    },
  }
}

/** A function of `wx` throws or answers otherwise, the first so many times. */
const first = (method, times, instead) => bed => {
  let calls = 0
  return bed.replace(
    bed.fake.wx,
    method,
    original =>
      (...args) =>
        calls++ < times ? instead() : original(...args),
  )
}
const throws = words => () => {
  throw new Error(words)
}

/** Every function of the storage throws for so many milliseconds. */
const forAWhile = time => bed => {
  const end = bed.clock.now + time
  const undos = Object.keys(bed.fake.wx)
    .filter(method => method.endsWith('StorageSync') || method === 'getStorageInfoSync')
    .map(method =>
      bed.replace(bed.fake.wx, method, original => (...args) => {
        if (bed.clock.now < end) throw new Error(`${method}:fail`)
        return original(...args)
      }),
    )
  return () => undos.forEach(undo => undo())
}

/** What is published in a run that says that it stores nothing dies with it; older records do not. */
const STORES_NOTHING = { tells: ['STORE'], forgets: RESTART_TRAFFIC, unordered: true }

/** What storage has from the start. */
function holds(name, fill, more = {}) {
  return {
    name: `storage holds ${name}`,
    ...keeps,
    from: 'start',
    ...more,
    begin: ({ storage }) => fill(storage),
  }
}

export const STORAGE = [
  {
    name: 'storage is full',
    ...keeps,
    tells: ['STORE'],
    mostErrors: 1,
    begin({ fake }) {
      const { quota } = fake
      fake.quota = 0
      return () => {
        fake.quota = quota
      }
    },
  },
  call('throws', 'setStorageSync', () => throws('setStorageSync:fail'), {
    tells: ['STORE'],
    mostErrors: 1,
  }),
  call('throws every second time', 'setStorageSync', original => {
    let calls = 0
    return (...args) => {
      if (calls++ % 2) throw new Error('setStorageSync:fail')
      original(...args)
    }
  }),
  call('writes nothing', 'setStorageSync', () => () => undefined),
  call('throws', 'removeStorageSync', () => throws('removeStorageSync:fail')),
  call('removes nothing', 'removeStorageSync', () => () => undefined),
  call('is not there', 'setStorageSync', () => undefined, { tells: ['STORE'], mostErrors: 1 }),

  restart('all is well', () => undefined),
  restart('getStorageInfoSync throws once', first('getStorageInfoSync', 1, throws('info:fail'))),
  restart(
    'getStorageInfoSync throws for ever',
    first('getStorageInfoSync', Infinity, throws('info:fail')),
    STORES_NOTHING,
  ),
  restart(
    'getStorageInfoSync gives nothing',
    first('getStorageInfoSync', 1, () => undefined),
  ),
  restart(
    'getStorageInfoSync gives no keys',
    first('getStorageInfoSync', 1, () => ({})),
  ),
  restart('getStorageSync throws once', first('getStorageSync', 1, throws('get:fail'))),
  restart(
    'getStorageSync throws for ever',
    first('getStorageSync', Infinity, throws('get:fail')),
    STORES_NOTHING,
  ),
  restart('storage throws for half a second', forAWhile(500)),
  restart('storage throws for five seconds', forAWhile(5_000), STORES_NOTHING),
  restart(
    'getStorageSync gives nothing once',
    first('getStorageSync', 1, () => undefined),
  ),
  restart('setStorageSync throws once', first('setStorageSync', 1, throws('set:fail')), {
    forgets: 1,
  }),

  holds('what is not ours', storage => {
    storage.set('user', { name: 'x' })
    storage.set('mqtt|other|c|d1', 'AAAA')
    storage.set('mqtt', 'x')
  }),
  holds('torn records', storage => {
    for (const [at, text] of ['', 'AAAA', '!!!!', 'AAAAAAAAAAAAAAAAAAAAAAAA'].entries())
      storage.set(`mqtt|host|c|d${at}`, text)
  }),
  holds('records that are no text', storage => {
    for (const [at, value] of [1, null, {}, [], true].entries())
      storage.set(`mqtt|host|c|d${at}`, value)
  }),
  holds('keys that are foreign', storage => {
    for (const key of ['', 'x', 'd', 'd-1', 'd99999999999999999999', 'r0', '__proto__'])
      storage.set(`mqtt|host|c|${key}`, 'AAAA')
  }),
  {
    ...restart('', bed => {
      // every second record loses its end, as a phone does it that dies while it writes
      for (const [at, key] of [...bed.storage.keys()].entries())
        if (at % 2 === 1) bed.storage.set(key, bed.storage.get(key).slice(0, -4))
    }),
    name: 'records are torn while the app is dead',
    forgets: Infinity,
  },
]
