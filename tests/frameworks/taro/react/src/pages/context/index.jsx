import { useContext, useEffect, useState } from 'react'
import { TOPIC } from '../../config.js'
import { ClientContext } from '../../client-context.js'
import { Panel } from '../../panel.jsx'

// The client belongs to the app: pages come and go, and listen while they are there.
export default function ContextPage() {
  const { client, connect } = useContext(ClientContext)
  const [state, setState] = useState('idle')
  const [last, setLast] = useState({ message: '', count: 0 })

  useEffect(() => {
    if (!client) {
      connect()
      return undefined
    }
    const listeners = {
      connect: () => setState('online'),
      message: (topic, payload) => {
        setLast(({ count }) => ({ message: payload.toString(), count: count + 1 }))
      },
      close: () => setState('closed'),
      end: () => setState('ended'),
    }
    for (const name of Object.keys(listeners)) client.on(name, listeners[name])
    if (client.connected) setState('online')
    return () => {
      for (const name of Object.keys(listeners)) client.off(name, listeners[name])
    }
  }, [client, connect])

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
