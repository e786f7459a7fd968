import fallback from './utils/mqtt.fallback.js'

export const ADDRESS = 'wxs://broker.example/mqtt'

export const TOPIC = 'devices/1'

// The build copies mqtt.wasm.br to where the library looks for it, which is /utils.
export function optionsOf(clientId) {
  return { clientId, clean: true, reconnectPeriod: 1000, wasmFallback: () => fallback }
}
