export default {
  framework: 'react',
  sourceRoot: 'src',
  outputRoot: 'dist',
  designWidth: 750,
  deviceRatio: { 750: 1 },
  compiler: { type: 'webpack5', prebundle: { enable: false } },
  copy: {
    patterns: [{ from: 'src/utils/mqtt.wasm.br', to: 'dist/utils/mqtt.wasm.br' }],
    options: {},
  },
  mini: {},
}
