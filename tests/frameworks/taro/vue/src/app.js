import { createApp } from 'vue'
import { createPinia } from 'pinia'
import appClient from './app-client.js'

export default createApp({}).use(createPinia()).use(appClient)
