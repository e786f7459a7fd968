/**
 * The examples that people begin with, in our words: those of MQTT.js's README, and the page for a
 * mini-program that EMQX's tutorial builds and that many have copied since.
 */
import assert from 'node:assert/strict'
import { pick, same, scenario } from './scenario.mjs'

scenario('README: subscribe, publish to oneself, read, end', async bed => {
  const { mqtt, broker } = bed
  const said = []
  const client = mqtt.connect('wxs://test.example/mqtt')
  client.on('connect', () => {
    client.subscribe('presence', error => {
      if (!error) client.publish('presence', 'Hello mqtt')
    })
  })
  client.on('message', (topic, message) => {
    said.push(message.toString())
    client.end()
  })
  client.on('end', () => said.push('end'))
  await bed.settle()
  same(said, ['Hello mqtt', 'end'])
  assert.equal(broker.packets.at(-1).cmd, 'disconnect')
})

scenario('README: the three ways to import', async bed => {
  const { mqtt } = bed
  const { connect } = mqtt
  for (const way of [mqtt.connect, connect, mqtt.default.connect]) {
    const client = way('wxs://test.example/mqtt')
    await bed.settle()
    assert.equal(client.connected, true)
    client.end(true)
    await bed.settle()
  }
})

scenario('README: the same with async and await', async bed => {
  const { mqtt } = bed
  const said = []
  const run = async () => {
    const client = await mqtt.connectAsync('wxs://test.example/mqtt')
    client.on('message', (topic, message) => said.push(`${topic}: ${message}`))
    const granted = await client.subscribeAsync('news', { qos: 1 })
    said.push(`granted ${granted[0].qos}`)
    const packet = await client.publishAsync('news', 'wow, so easy', { qos: 1 })
    said.push(`published ${packet.cmd}`)
    await client.endAsync()
    said.push('ended')
  }
  const turns = async () => {
    for (let at = 0; at < 10; at++) await bed.settle()
  }
  await Promise.all([run(), turns()])
  same([...said].sort(), ['ended', 'granted 1', 'news: wow, so easy', 'published publish'])
  assert.equal(said.at(-1), 'ended')
})

scenario('README: a token that is fresh at every attempt', async bed => {
  let token = 0
  const client = bed.mqtt.connect('wxs://test.example/mqtt', {
    username: 'none',
    transformWsUrl: (url, options, self) => {
      self.options.username = `token=${++token}`
      return `${url}?signature=${token}`
    },
  })
  await bed.settle()
  await bed.outage()
  assert.equal(client.connected, true)
  same(
    bed.broker.got('connect').map(({ username }) => username),
    ['token=1', 'token=2'],
  )
  assert.equal(bed.phone.fake.socket.url, 'wss://test.example/mqtt?signature=2')
})

scenario(
  'README: topic aliases that the client assigns, at most three',
  {
    version: 5,
  },
  async bed => {
    bed.accepts({ properties: { topicAliasMaximum: 3 } })
    const { client } = await bed.connected({ autoAssignTopicAlias: true })
    for (const topic of ['t1', 't1', 't2', 't3', 't4']) client.publish(topic, 'x')
    await bed.settle()
    same(
      bed.broker.got('publish').map(({ topic, properties }) => [topic, properties.topicAlias]),
      [
        ['t1', 1],
        ['', 1],
        ['t2', 2],
        ['t3', 3],
        ['t4', 1],
      ],
    )
  },
)

scenario('README: topic aliases that the application registers', { version: 5 }, async bed => {
  bed.accepts({ properties: { topicAliasMaximum: 3 } })
  const { client } = await bed.connected({ autoUseTopicAlias: true })
  const register = { properties: { topicAlias: 1 } }
  client.publish('t1', 'x', register).publish('t1', 'x')
  client.publish('t2', 'x', register).publish('t2', 'x')
  client.publish('t1', 'x')
  await bed.settle()
  same(
    bed.broker.got('publish').map(({ topic, properties }) => [topic, properties?.topicAlias ?? 0]),
    [
      ['t1', 1],
      ['', 1],
      ['t2', 1],
      ['', 1],
      ['t1', 0],
    ],
  )
})

scenario(
  'README: a request and its answer, by properties of MQTT 5',
  {
    version: 5,
  },
  async bed => {
    const { client } = await bed.connected()
    const answers = []
    client.on('message', (topic, message, packet) => {
      const { responseTopic } = packet.properties ?? {}
      if (responseTopic) client.publish(responseTopic, `${message}!`)
      else answers.push(`${topic} ${message}`)
    })
    await bed.settle()
    client.subscribe({ ask: { qos: 0 }, 'answer/1': { qos: 0 } })
    await bed.settle()
    bed.broker.send({
      cmd: 'publish',
      topic: 'ask',
      payload: 'who',
      qos: 0,
      properties: { responseTopic: 'answer/1', userProperties: { from: 'me' } },
    })
    await bed.settle()
    same(answers, ['answer/1 who!'])
  },
)

scenario('README: stores that outlive a client', async bed => {
  const { mqtt } = bed
  const stores = {
    incomingStore: new mqtt.Store({ clean: false }),
    outgoingStore: new mqtt.Store({ clean: false }),
  }
  const { client } = await bed.connected({ clean: false, clientId: 'id', ...stores })
  const answer = bed.mute('publish')
  client.publish('t', 'survivor', { qos: 1 })
  await bed.settle()
  client.end(true)
  await bed.settle()
  answer()
  await bed.connected({ clean: false, clientId: 'id', ...stores })
  same(
    bed.broker.got('publish').map(({ payload }) => `${payload}`),
    ['survivor', 'survivor'],
  )
})

/** A page with a button for each step, as the tutorial has it; `toasts` is what a user would see. */
function page({ mqtt }, toasts) {
  return {
    data: {
      client: null,
      host: 'broker.example:8084',
      topic: 'testtopic/miniprogram',
      options: {
        protocolVersion: 4,
        clientId: 'emqx_cloud_miniprogram',
        clean: true,
        username: '',
        password: '',
        reconnectPeriod: 1000,
        connectTimeout: 30 * 1000,
        resubscribe: true,
      },
    },
    connect() {
      const client = mqtt.connect(`wxs://${this.data.host}/mqtt`, this.data.options)
      this.data.client = client
      client.on('connect', () => {
        toasts.push('connected')
        // inside, as many pages have it: a listener more with every connection
        client.on('message', (topic, payload) => toasts.push(`${topic}: ${payload.toString()}`))
        client.on('error', error => toasts.push(`error ${error.message}`))
        client.on('reconnect', () => toasts.push('reconnecting'))
        client.on('offline', () => toasts.push('offline'))
      })
    },
    subscribe() {
      this.data.client.subscribe(this.data.topic, { qos: 0 }, error => {
        toasts.push(error ? 'not subscribed' : 'subscribed')
      })
    },
    publish() {
      this.data.client.publish(this.data.topic, 'Hello! I am from WeChat miniprogram')
    },
    unsubscribe() {
      this.data.client.unsubscribe(this.data.topic)
      toasts.push('unsubscribed')
    },
    disconnect() {
      this.data.client.end()
      this.data.client = null
      toasts.push('disconnected')
    },
  }
}

scenario('the page of the tutorial, button by button', async bed => {
  const toasts = []
  const self = page(bed, toasts)
  self.connect()
  await bed.settle()
  for (const button of ['subscribe', 'publish', 'unsubscribe', 'publish', 'disconnect']) {
    self[button]()
    await bed.settle()
  }
  same(toasts, [
    'connected',
    'subscribed',
    'testtopic/miniprogram: Hello! I am from WeChat miniprogram',
    'unsubscribed',
    'disconnected',
  ])
  const [connect] = bed.broker.got('connect')
  same(pick(connect, 'clientId', 'clean', 'keepalive', 'protocolVersion'), {
    clientId: 'emqx_cloud_miniprogram',
    clean: true,
    keepalive: 60,
    protocolVersion: 4,
  })
  assert.equal(bed.phone.fake.socket.url, 'wss://broker.example:8084/mqtt')
  assert.equal(bed.phone.fake.openSockets.length, 0)
})

scenario('the page of the tutorial, through an outage', async bed => {
  const toasts = []
  const self = page(bed, toasts)
  self.connect()
  await bed.settle()
  self.subscribe()
  await bed.settle()
  await bed.outage()
  same(toasts, ['connected', 'subscribed', 'offline', 'reconnecting', 'connected'])
  assert.equal(bed.broker.got('subscribe').length, 2)
})

scenario(
  'the page of the tutorial, pressed twice',
  {
    defect: 'its wx connector knows one socket only: the first client never comes to its end',
  },
  async bed => {
    const toasts = []
    const self = page(bed, toasts)
    self.connect()
    await bed.settle()
    const first = self.data.client
    self.connect()
    await bed.settle()
    first.end()
    await bed.settle()
    assert.equal(first.disconnected, true)
    assert.equal(self.data.client.connected, true)
    assert.equal(bed.phone.fake.openSockets.length, 1)
  },
)
