export default {
  framework: 'vue3',
  sourceRoot: 'src',
  outputRoot: 'dist',
  designWidth: 750,
  deviceRatio: { 750: 1 },
  compiler: {
    type: 'vite',
    vitePlugins: [
      {
        name: 'commonjs-of-mqtt',
        // mqtt.min.js is CommonJS, and Vite takes that only from here; node_modules is its default
        config: () => ({
          build: { commonjsOptions: { include: [/node_modules/, /\/utils\/mqtt\./] } },
        }),
      },
    ],
  },
  copy: {
    patterns: [{ from: 'src/utils/mqtt.wasm.br', to: 'dist/utils/mqtt.wasm.br' }],
    options: {},
  },
  mini: {},
}
