// A composable: a client that lives as long as the component that uses it.
import { onMounted, onUnmounted, ref } from 'vue'
import mqtt from './utils/mqtt.min.js'
import { ADDRESS, TOPIC, optionsOf } from './config.js'

export function useMqtt(clientId) {
  const client = ref(null)
  const state = ref('idle')
  const message = ref('')
  const count = ref(0)

  onMounted(() => {
    client.value = mqtt.connect(ADDRESS, optionsOf(clientId))
    client.value.on('connect', () => {
      state.value = 'online'
      client.value.subscribe(TOPIC)
    })
    client.value.on('message', (topic, payload) => {
      message.value = payload.toString()
      count.value++
    })
    client.value.on('close', () => (state.value = 'closed'))
    client.value.on('end', () => (state.value = 'ended'))
  })

  onUnmounted(() => client.value?.end(true))

  const publish = payload => client.value.publish(TOPIC, payload)
  return { client, state, message, count, publish }
}
