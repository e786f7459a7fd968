import { Connection } from './mqtt/connection.js'

App({
  // 各页面共用的 MQTT 客户端
  connection: new Connection(),
})
