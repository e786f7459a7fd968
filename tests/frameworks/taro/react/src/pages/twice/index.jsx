import { useEffect, useState } from 'react'
import { Panel } from '../../panel.jsx'
import { useMqtt } from '../../use-mqtt.js'

// The hook is mounted, unmounted and mounted again before anything else happens: what StrictMode
// does to effects in development. Taro builds with React's production code unless it watches.
export default function TwicePage() {
  const [run, setRun] = useState(0)
  useEffect(() => setRun(1), [])
  return <Connected key={run} />
}

function Connected() {
  return <Panel {...useMqtt('twice')} />
}
