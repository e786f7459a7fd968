// 演示页面的全部设置。以下各项都在环信控制台的「MQTT → 服务概览 / 应用管理」里。
export default {
  // 连接地址：wxs:// 加域名，不带端口和路径
  url: 'wxs://AppID.cn1.mqtt.chat',

  // AppID
  appId: 'AppID',

  // 设备标识，自己取；clientId 由它和 AppID 组成：deviceId@AppID。每台设备要不同，否则互相挤下线
  deviceId: 'device001',

  // REST API 地址，用来获取 Token
  restApiUrl: 'https://api.cn1.mqtt.chat/app/AppID',

  // 应用的 App Client ID 和 App Client Secret。
  // 注意：Secret 只能用于本地调试。正式发布的小程序会被解包，Secret 要放在自己的后台，由后台换取 Token。
  appClientId: '',
  appClientSecret: '',

  // MQTT 版本：4 为 3.1.1，5 为 5.0（环信为 4）
  protocolVersion: 4,

  // 用户名，以及 Token 的有效期（秒）
  username: 'test',
  expiresIn: 86400,
}
