export default {
  framework: 'vue3',
  sourceRoot: 'src',
  outputRoot: 'dist',
  designWidth: 750,
  deviceRatio: { 750: 1 },
  compiler: { type: 'vite' },
  copy: {
    patterns: [
      {
        from: 'node_modules/mqtt-miniprogram/miniprogram_dist/mqtt.wasm.br',
        to: 'dist/utils/mqtt.wasm.br',
      },
    ],
    options: {},
  },
  mini: {},
}
