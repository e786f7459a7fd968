export const ADDRESS = 'wxs://broker.example/mqtt'

export const TOPIC = 'devices/1'

// What is in src/static is copied as it is, and is at /static in the code package. The require is
// left as it is too: its path is that of the built file, which has the place of this one.
export function optionsOf(clientId) {
  return {
    clientId,
    clean: true,
    reconnectPeriod: 1000,
    wasmPath: '/static/mqtt.wasm.br',
    wasmFallback: () => require('./static/mqtt.fallback.js'),
  }
}
