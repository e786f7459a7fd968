import { useEffect, useState } from 'react'
import mqtt from '../../utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from '../../config.js'
import { Panel } from '../../panel.jsx'

// The client is state, and an effect that depends on it listens.
export default function StatePage() {
  const [client, setClient] = useState(null)
  const [state, setState] = useState('idle')
  const [last, setLast] = useState({ message: '', count: 0 })

  useEffect(() => setClient(mqtt.connect(ADDRESS, optionsOf('state'))), [])

  useEffect(() => {
    if (!client) return undefined
    client.on('connect', () => {
      setState('online')
      client.subscribe(TOPIC)
    })
    client.on('message', (topic, payload) => {
      setLast(({ count }) => ({ message: payload.toString(), count: count + 1 }))
    })
    client.on('close', () => setState('closed'))
    client.on('end', () => setState('ended'))
    return () => client.end()
  }, [client])

  return (
    <Panel
      {...last}
      state={state}
      onPublish={() => client.publish(TOPIC, 'hello')}
      onEnd={() => client.end()}
      onReconnect={() => client.reconnect()}
    />
  )
}
