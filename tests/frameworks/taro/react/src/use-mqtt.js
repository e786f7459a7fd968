import { useEffect, useRef, useState } from 'react'
import mqtt from './utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from './config.js'

/** A client in a ref, which lives as long as the component that uses it. */
export function useMqtt(clientId) {
  const client = useRef(null)
  const [state, setState] = useState('idle')
  const [message, setMessage] = useState('')
  const [count, setCount] = useState(0)

  useEffect(() => {
    const made = mqtt.connect(ADDRESS, optionsOf(clientId))
    client.current = made
    made.on('connect', () => {
      setState('online')
      made.subscribe(TOPIC, { qos: 1 })
    })
    made.on('message', (topic, payload) => {
      setMessage(payload.toString())
      setCount(counted => counted + 1)
    })
    made.on('close', () => setState('closed'))
    made.on('end', () => setState('ended'))
    return () => {
      made.end()
      client.current = null
    }
  }, [clientId])

  return {
    state,
    message,
    count,
    onPublish: () => client.current.publish(TOPIC, 'hello', { qos: 1 }),
    onEnd: () => client.current.end(),
    onReconnect: () => client.current.reconnect(),
  }
}
