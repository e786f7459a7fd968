import { defineConfig } from 'vite'
import uni from '@dcloudio/vite-plugin-uni'

export default defineConfig({
  plugins: [uni()],
  build: {
    // mqtt.min.js is CommonJS, and Vite takes that only from here; node_modules is its default
    commonjsOptions: { include: [/node_modules/, /\/utils\/mqtt\./] },
  },
})
