// 演示页面的全部设置。地址和 AppID 在环信控制台（console.easemob.com）的
// 「MQTT → 服务概览 → 服务配置」里，Client ID 与 ClientSecret 在「应用概览 → 应用详情 → 开发者ID」里。
export default {
  // 连接地址：wxs:// 加「服务配置」里的连接地址，不带端口和路径
  url: 'wxs://AppID.cn1.mqtt.chat',

  // AppID，见「服务配置」
  appId: 'AppID',

  // 设备标识，自己取；clientId 由它和 AppID 组成：deviceId@AppID。每台设备要不同，否则互相挤下线
  deviceId: 'device001',

  // REST API 地址，见「服务配置」，用来获取 Token
  restApiUrl: 'https://api.cn1.mqtt.chat/app/AppID',

  // Client ID 与 ClientSecret，见「开发者ID」。
  // 注意：Secret 只能用于本地调试，不能放进正式发布的小程序：任何人都能解包看到它。
  // 正式环境请把它留在自己的后台，由后台换取 Token，小程序只向后台要结果。
  appClientId: '',
  appClientSecret: '',

  // MQTT 版本：4 为 3.1.1，5 为 5.0（环信为 4）
  protocolVersion: 4,

  // true：断线期间的消息不要了；false：服务器为这个 clientId 保留订阅和离线消息（QoS 1、2）
  clean: true,

  // 'wx'：未确认的发布（QoS 1、2）存到本地缓存，小程序被杀掉也不丢
  store: undefined,

  // 用户名，自己取，不超过 64 个字符；以及它的 Token 的有效期（秒）
  username: 'test',
  expiresIn: 86400,

  // 页面上一开始填的主题和内容
  topic: 'Topic0',
  payload: 'i am from wechat msg',
}
