/**
 * The protocol of WeChat's automator, spoken for a phone in Chromium as DevTools speaks it for its
 * simulator: JSON over a WebSocket, `{ id, method, params }` and `{ id, result }` or `{ id, error }`.
 * It knows the methods that a script needs to tap a page and to read it; the others are errors.
 */
import { once } from 'node:events'
import { WebSocketServer } from 'ws'

/**
 * @param {Awaited<ReturnType<typeof import('./browser-phone.mjs').startPhone>>} phone
 * @param {number} [port] 0: any that is free
 */
export async function automate(phone, port = 0) {
  const server = new WebSocketServer({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  const left = new Promise(done => {
    server.on('connection', socket => {
      serve(phone, socket)
      socket.on('close', done)
    })
  })
  return {
    endpoint: `ws://127.0.0.1:${server.address().port}`,
    /** Settles when a script has gone. */
    left,
    close() {
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

function serve(phone, socket) {
  const send = message => socket.send(JSON.stringify(message))
  const methods = methodsFor(phone, send)
  socket.on('message', async text => {
    const { id, method, params } = JSON.parse(text)
    try {
      if (!methods[method]) throw new Error(`the simulator does not know ${method}`)
      send({ id, result: (await methods[method](params)) ?? {} })
    } catch (error) {
      send({ id, error: { message: error.message } })
    }
  })
}

function methodsFor({ page, look, close }, send) {
  const elements = new Elements()
  const shownPage = ({ key, path, query }) => ({ pageId: key, path, query })

  return {
    'Tool.getInfo': async () => {
      const { SDKVersion } = await look('callWx', { method: 'getSystemInfoSync', args: [] })
      return { SDKVersion, version: 'simulator' }
    },
    'Tool.close': close,

    'App.getCurrentPage': async () => shownPage((await look('pages')).at(-1)),
    'App.getPageStack': async () => ({ pageStack: (await look('pages')).map(shownPage) }),
    'App.callWxMethod': async ({ method, args = [] }) => ({
      result: await look('callWx', { method, args }),
    }),
    async 'App.mockWxMethod'({ method, result, functionDeclaration }) {
      if (functionDeclaration) throw new Error('the simulator evaluates no code: give a result')
      await look('mockWx', { method, result })
    },
    'App.captureScreenshot': async () => ({ data: (await page.screenshot()).toString('base64') }),
    'App.exit': () => page.goto('about:blank'),
    'App.enableLog'() {
      page.on('console', message =>
        send({
          method: 'App.logAdded',
          params: { type: message.type(), args: [message.text()] },
        }),
      )
    },

    async 'Page.getElement'({ pageId, selector }) {
      const [found] = await elements.in(await rootOf(pageId), selector)
      if (!found) throw new Error(`no such element: ${selector}`)
      return found
    },
    'Page.getElements': async ({ pageId, selector }) => ({
      elements: await elements.in(await rootOf(pageId), selector),
    }),
    'Page.getData': async ({ pageId, path }) => ({
      data: valueAt(await look('data', { key: pageId }), path),
    }),

    'Element.tap': ({ elementId }) => elements.get(elementId).tap(),
    'Element.triggerEvent': ({ elementId, type, detail }) =>
      elements
        .get(elementId)
        .evaluate((element, event) => self.simulator.trigger(element, ...event), [type, detail]),
    'Element.getDOMProperties': async ({ elementId, names }) => ({
      properties: await elements
        .get(elementId)
        .evaluate((element, names) => names.map(name => element[name]), names),
    }),
    async 'Element.callFunction'({ elementId, functionName, args }) {
      const run = FUNCTIONS[functionName]
      if (!run) throw new Error(`the simulator does not know ${functionName}`)
      return { result: await run(elements.get(elementId), ...args) }
    },
  }

  /** Of a page that is open, but not seen, there is nothing to tap. */
  async function rootOf(pageId) {
    const shown = (await look('pages')).at(-1)
    if (shown.key !== pageId) throw new Error(`page ${pageId} is not shown`)
    return page.locator('#pages > wx-page:not([hidden])')
  }
}

/** What built-in components do, beyond taps and events. */
const FUNCTIONS = {
  'input.input': (input, text) => input.$('input').then(control => control.fill(text)),
  'textarea.input': (input, text) => input.$('textarea').then(control => control.fill(text)),
  'switch.tap': control => control.tap(),
}

/** The elements that a script has asked for, by identifiers that stay. */
class Elements {
  #handles = new Map();

  async in(root, selector) {
    const found = await root.locator(`css=${asWx(selector)}`).elementHandles()
    return Promise.all(found.map(handle => this.#add(handle)))
  }

  get(elementId) {
    const handle = this.#handles.get(elementId)
    if (!handle) throw new Error(`no such element: ${elementId}`)
    return handle
  }

  async #add(handle) {
    const [id, tagName] = await handle.evaluate(element => [
      element.remoteId,
      element.localName.replace(/^wx-/, ''),
    ])
    const elementId = String(id)
    this.#handles.set(elementId, handle)
    return { elementId, tagName }
  }
}

/** In the view each tag has a prefix: `view > input` is `wx-view > wx-input`. */
function asWx(selector) {
  return selector.replace(/(^|[\s>+~,])([a-z][\w-]*)/g, '$1wx-$2')
}

/** The value at a path as `setData` writes it: `log.blocks[0]`. */
function valueAt(value, path = '') {
  return path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce((inner, name) => inner?.[name], value)
}
