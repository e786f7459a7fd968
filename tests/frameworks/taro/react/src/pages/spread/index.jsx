import { useEffect, useReducer } from 'react'
import mqtt from '../../utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../../config.js'
import { Panel } from '../../panel.jsx'

// The client is in the state of a reducer, which is copied at every change; so is the client itself.
export default function SpreadPage() {
  const [page, change] = useReducer(reduce, { state: 'idle', message: '', count: 0 })

  useEffect(() => {
    const client = mqtt.connect(ADDRESS, optionsOf('spread'))
    change({ client })
    client.on('connect', () => {
      change({ state: 'online' })
      client.subscribe(TOPIC)
    })
    client.on('message', (topic, payload) => change({ message: payload.toString() }))
    client.on('close', () => change({ state: 'closed' }))
    client.on('end', () => change({ state: 'ended' }))
    return () => client.end()
  }, [])

  return (
    <Panel
      {...page}
      onPublish={() => page.client.publish(TOPIC, 'hello')}
      onEnd={() => page.client.end()}
      onReconnect={() => page.client.reconnect()}
    />
  )
}

function reduce(page, changes) {
  const count = 'message' in changes ? page.count + 1 : page.count
  const copied = page.client && JSON.parse(JSON.stringify({ ...page.client }))
  return { ...page, ...changes, count, copied }
}
