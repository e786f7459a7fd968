import { Panel } from '../../panel.jsx'
import { useMqtt } from '../../use-mqtt.js'

// The client is in a ref, by way of a hook.
export default function RefPage() {
  return <Panel {...useMqtt('ref')} />
}
