import { createSSRApp } from 'vue'
import { createPinia } from 'pinia'
import App from './App.vue'
import appClient from './app-client.js'

export function createApp() {
  const app = createSSRApp(App)
  app.use(createPinia())
  app.use(appClient)
  return { app }
}
