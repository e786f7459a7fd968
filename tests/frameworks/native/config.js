export const ADDRESS = 'wxs://broker.example/mqtt'

export const TOPIC = 'devices/1'

export function optionsOf(clientId) {
  return {
    clientId,
    clean: true,
    reconnectPeriod: 1000,
    wasmFallback: () => require('./utils/mqtt.fallback.js'),
  }
}
