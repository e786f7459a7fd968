/** `wx` that throws, fails, never answers, answers twice, or answers nonsense; and WXWebAssembly too. */

/** A function of `wx`. */
function wxCall(name, call, make, more = {}) {
  return {
    name: `wx.${call} ${name}`,
    ...more,
    begin(bed) {
      const undo = bed.replace(bed.fake.wx, call, original => make(original, bed))
      if (call === 'connectSocket' && more.from !== 'start') bed.server.hangUp()
      return () => {
        undo()
        if (more.breaks) bed.server.hangUp()
      }
    },
  }
}

/** A method of every SocketTask from now on; a connection is made with them, if that is not enough. */
function taskCall(name, method, make, more = {}) {
  return {
    name: `SocketTask.${method} ${name}`,
    ...more,
    begin(bed) {
      const undos = []
      const undo = bed.replace(bed.fake.wx, 'connectSocket', connectSocket => option => {
        const task = connectSocket(option)
        undos.push(bed.replace(task, method, original => make(original, bed)))
        return task
      })
      bed.server.hangUp()
      return () => {
        undo()
        for (const one of undos) one()
        if (more.breaks) bed.server.hangUp()
      }
    },
  }
}

/** What a listener of a SocketTask is called with, and how often. */
function tellsOtherwise(name, method, hear, more) {
  return taskCall(
    name,
    method,
    (register, bed) => listener => register(event => hear(listener, event, bed)),
    more,
  )
}

/** Something that a SocketTask tells now. */
function happens(name, tell) {
  return {
    name,
    options(bed) {
      // the listeners of the connection that is there are of use then
      const { connectSocket } = bed.fake.wx
      bed.listeners = {}
      bed.fake.wx.connectSocket = option => {
        const task = connectSocket(option)
        for (const event of ['Open', 'Message', 'Error', 'Close'])
          bed.replace(task, `on${event}`, register => listener => {
            bed.listeners[event] = listener
            register(listener)
          })
        return task
      }
      return {}
    },
    begin(bed) {
      tell(bed.listeners, bed)
    },
  }
}

/** WXWebAssembly.instantiate, before there is a client. */
function instantiate(name, make, more = {}) {
  return {
    name: `WXWebAssembly.instantiate ${name}`,
    from: 'start',
    final: true,
    refuses: true,
    ...more,
    begin: bed =>
      bed.replace(bed.phone.wasmApi, 'instantiate', original => make(original.bind(null), bed)),
  }
}

/** The page's tokens come from a REST API over wx.request. */
function request(name, answer, more = {}) {
  return {
    name: `wx.request ${name}`,
    options: ({ phone: { mqtt } }) => ({
      username: 'u',
      tokenProvider: mqtt.easemob.tokenProvider({
        restApiUrl: 'https://rest',
        username: 'u',
        clientId: 'c@app',
        appToken: 'app token',
      }),
    }),
    ...more,
    from: 'start',
    begin(bed) {
      const undo = bed.replace(bed.fake.wx, 'request', original => answer(original, bed))
      bed.fake.onRequest = () => ({
        statusCode: 200,
        data: { code: 200, body: { access_token: 'token', expires_in: 3600 } },
      })
      return undo
    },
  }
}

const throws = words => () => () => {
  throw new Error(words)
}
const isSilent = () => () => undefined

const SOCKETS = [
  wxCall('throws', 'connectSocket', throws('connectSocket: parameter error')),
  wxCall('throws what is no Error', 'connectSocket', () => () => {
    throw undefined
  }),
  wxCall('gives no task', 'connectSocket', isSilent),
  wxCall('fails by its callback', 'connectSocket', (original, { fake }) => option => {
    const task = original(option)
    fake.socket.state = 'closed'
    fake.later(() => option.fail({ errMsg: 'connectSocket:fail' }))
    return task
  }),
  wxCall('fails without a word', 'connectSocket', (original, { fake }) => option => {
    const task = original(option)
    fake.socket.state = 'closed'
    fake.later(() => option.fail())
    return task
  }),
  wxCall(
    'fails at once, before it gives the task',
    'connectSocket',
    (original, { fake }) =>
      option => {
        const task = original(option)
        fake.socket.state = 'closed'
        option.fail({ errMsg: 'connectSocket:fail' })
        return task
      },
  ),
  wxCall('tells a failure three times', 'connectSocket', (original, { fake }) => option => {
    const task = original(option)
    fake.later(() => {
      option.fail({ errMsg: 'connectSocket:fail' })
      fake.sockets.at(-1).fail('connectSocket:fail')
    })
    return task
  }),
  wxCall('succeeds and fails', 'connectSocket', (original, { fake }) => option => {
    const task = original(option)
    fake.later(() => fake.later(() => option.fail({ errMsg: 'connectSocket:fail' })))
    return task
  }),
  wxCall('is not there', 'connectSocket', () => undefined, { final: true, refuses: true }),

  taskCall('throws', 'onOpen', throws('onOpen')),
  taskCall('throws', 'onMessage', throws('onMessage')),
  taskCall('throws', 'onClose', throws('onClose')),
  taskCall('is not there', 'onError', () => undefined),
  taskCall('throws', 'send', throws('send')),
  taskCall('fails by its callback', 'send', (original, { fake }) => ({ fail }) => {
    fake.later(() => fail({ errMsg: 'sendSocketMessage:fail' }))
  }),
  taskCall('fails without a word', 'send', (original, { fake }) => ({ fail }) => {
    fake.later(() => fail())
  }),
  taskCall(
    'fails at once',
    'send',
    () =>
      ({ fail }) =>
        fail({ errMsg: 'sendSocketMessage:fail' }),
  ),
  taskCall(
    'never answers, and sends',
    'send',
    original =>
      ({ data }) =>
        original({ data }),
    {
      breaks: true,
    },
  ),
  taskCall('never answers, and sends nothing', 'send', isSilent, { lasts: 40_000, breaks: true }),
  taskCall(
    'answers twice',
    'send',
    original => option =>
      original({
        ...option,
        success(result) {
          option.success?.(result)
          option.success?.(result)
        },
      }),
  ),
  taskCall('succeeds and then fails', 'send', (original, { fake }) => option => {
    original(option)
    fake.later(() => fake.later(() => option.fail?.({ errMsg: 'sendSocketMessage:fail' })))
  }),
  taskCall('throws', 'close', throws('close'), { leaves: [], breaks: true }),

  tellsOtherwise('is told twice', 'onOpen', (listener, event) => {
    listener(event)
    listener(event)
  }),
  tellsOtherwise('is told without an argument', 'onOpen', listener => listener()),
  tellsOtherwise('is told without an argument', 'onMessage', listener => listener(), {
    breaks: true,
    lasts: 40_000,
  }),
  tellsOtherwise('is told without data', 'onMessage', listener => listener({ data: undefined }), {
    breaks: true,
    lasts: 40_000,
  }),
  tellsOtherwise('is told without an argument', 'onClose', listener => listener(), {
    lasts: 1_000,
  }),
  tellsOtherwise('is told twice', 'onClose', (listener, event) => {
    listener(event)
    listener(event)
  }),

  happens('onError without an argument', ({ Error: tell }) => tell()),
  happens('onError, and no onClose', ({ Error: tell }) => tell({ errMsg: 'something' })),
  happens('onClose without an argument', ({ Close: tell }, { server }) => {
    server.socket.state = 'closed'
    tell()
  }),
  happens('onClose, and then a message', ({ Close: close, Message: tell }, { server }) => {
    server.socket.state = 'closed'
    close({ code: 1006, reason: '' })
    tell({ data: new ArrayBuffer(4) })
  }),
  happens('a message of null', ({ Message: tell }) => tell({ data: null })),
  happens('a message that is a typed array', ({ Message: tell }) =>
    tell({ data: Uint8Array.of(0xd0, 0) }),
  ),
  happens('onOpen once more', ({ Open: tell }) => tell({ header: {} })),
]

const APP = [
  ...['onAppShow', 'onAppHide', 'onNetworkStatusChange'].flatMap(call => [
    wxCall('throws', call, throws(call), { from: 'start', leaves: ['listeners'] }),
    wxCall('is not there', call, () => undefined, { from: 'start', leaves: ['listeners'] }),
  ]),
  ...['offAppShow', 'offAppHide', 'offNetworkStatusChange'].flatMap(call => [
    wxCall('throws', call, throws(call), { untilEnd: true, leaves: ['listeners'] }),
    wxCall('is not there', call, () => undefined, { untilEnd: true, leaves: ['listeners'] }),
  ]),
  {
    name: 'onAppHide and onAppShow come twice',
    begin({ fake }) {
      for (const tell of ['hide', 'hide', 'show', 'show']) fake[tell]()
    },
  },
  { name: 'onAppHide comes, and onAppShow never', begin: ({ fake }) => fake.hide() },
  { name: 'onAppShow comes without onAppHide', begin: ({ fake }) => fake.show() },
  {
    name: 'onNetworkStatusChange says that there is no network, and it works',
    begin: ({ fake }) => {
      fake.network(false)
      return () => fake.network(true)
    },
  },
  {
    name: 'onNetworkStatusChange without an argument',
    options(bed) {
      bed.replace(bed.fake.wx, 'onNetworkStatusChange', register => listener => {
        bed.tellNetwork = listener
        register(listener)
      })
      return {}
    },
    begin: ({ tellNetwork }) => tellNetwork(),
  },
  {
    name: 'the network changes every 500 ms',
    begin({ fake, clock }) {
      let on = false
      let isOver = false
      const change = () => {
        if (isOver) return
        fake.network((on = !on))
        clock.setTimeout(change, 500)
      }
      change()
      return () => {
        isOver = true
        fake.network(true)
      }
    },
  },
]

const MODULE = [
  instantiate('throws', throws('not allowed here'), { tells: ['WASM_LOAD'] }),
  instantiate('rejects', () => () => Promise.reject({ errMsg: 'no such file' }), {
    tells: ['WASM_LOAD'],
  }),
  instantiate('rejects without a word', () => () => Promise.reject(undefined), {
    tells: ['WASM_LOAD'],
  }),
  instantiate('gives nothing', () => () => undefined),
  instantiate('resolves to nothing', () => () => Promise.resolve(undefined)),
  instantiate('resolves to what is no module', () => () => Promise.resolve({ instance: {} })),
  instantiate('never settles', () => () => new Promise(() => {}), { lasts: 40_000 }),
  instantiate(
    'takes 10 s',
    (original, { clock }) =>
      (path, imports) =>
        new Promise(done => clock.setTimeout(() => done(original(path, imports)), 10_000)),
    { final: false, refuses: false },
  ),
  instantiate(
    'takes 45 s, longer than connectTimeout',
    (original, { clock }) =>
      (path, imports) =>
        new Promise(done => clock.setTimeout(() => done(original(path, imports)), 45_000)),
    { lasts: 60_000 },
  ),
]

const ok =
  data =>
  (original, { fake }) =>
  ({ success }) =>
    fake.later(() => success({ errMsg: 'request:ok', statusCode: 200, header: {}, data }))

const status =
  (statusCode, data) =>
  (original, { fake }) =>
  ({ success }) =>
    fake.later(() => success({ errMsg: 'request:ok', statusCode, header: {}, data }))

const REQUESTS = [
  request('throws', throws('request: parameter error')),
  request(
    'fails',
    (original, { fake }) =>
      ({ fail }) =>
        fake.later(() => fail({ errMsg: 'request:fail timeout' })),
  ),
  request(
    'fails without a word',
    (original, { fake }) =>
      ({ fail }) =>
        fake.later(() => fail()),
  ),
  request('never answers', isSilent, { lasts: 60_000, within: 400_000 }),
  request(
    'answers twice',
    original => option =>
      original({
        ...option,
        success(reply) {
          option.success(reply)
          option.success(reply)
        },
      }),
  ),
  request(
    'succeeds and fails',
    original => option =>
      original({
        ...option,
        success(reply) {
          option.success(reply)
          option.fail({ errMsg: 'request:fail' })
        },
      }),
  ),
  request('answers nothing', ok(undefined)),
  request('answers a page of HTML', ok('<html>')),
  request('answers 200 without a token', ok({ code: 200, body: {} })),
  request('answers 401', status(401, { code: 401, error: 'Unauthorized' })),
  request('answers 429', status(429, { error: 'too many requests' })),
  request('answers 500', status(500, 'oops')),
  request(
    'answers success without an argument',
    (original, { fake }) =>
      ({ success }) =>
        fake.later(() => success()),
  ),
]

export const PLATFORM = [...SOCKETS, ...APP, ...MODULE, ...REQUESTS]
