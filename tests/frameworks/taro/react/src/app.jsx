import { useMemo, useState } from 'react'
import mqtt from './utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from './config.js'
import { ClientContext } from './client-context.js'

// The app's state has the client of pages/context, which outlives the page.
export default function App({ children }) {
  const [client, setClient] = useState(null)
  const shared = useMemo(
    () => ({
      client,
      connect() {
        const made = mqtt.connect(ADDRESS, optionsOf('context'))
        made.on('connect', () => made.subscribe(TOPIC))
        setClient(made)
      },
    }),
    [client],
  )
  return <ClientContext.Provider value={shared}>{children}</ClientContext.Provider>
}
