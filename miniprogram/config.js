// 示例小程序的全部设置：先选一种接入方式，填好它的几项，别的可以不动。
// 调试台里也可以临时改地址和账号，不必改这个文件。

const presets = {
  // 环信 MQTT：用开发者 ID 换取 Token。地址和 AppID 在环信控制台（console.easemob.com）的
  // 「MQTT → 服务概览 → 服务配置」里，Client ID 与 ClientSecret 在「应用概览 → 应用详情 → 开发者ID」里
  easemob: {
    // wxs:// 加「服务配置」里的连接地址，不带端口和路径
    url: 'wxs://AppID.cn1.mqtt.chat',
    appId: 'AppID',
    restApiUrl: 'https://api.cn1.mqtt.chat/app/AppID',
    // 注意：Secret 只能用于本地调试，不能放进正式发布的小程序：任何人都能解包看到它。
    // 正式环境请用下面的 backend，把 Secret 留在自己的后台
    appClientId: '',
    appClientSecret: '',
    // 用户名，自己取，不超过 64 个字符；以及它的 Token 的有效期（秒）
    username: 'test',
    expiresIn: 86400,
  },

  // 自己的后台发 Token：向 tokenUrl 提交 { username, clientId }，得到 { "token": "…", "expiresIn": 86400 }
  backend: {
    url: 'wxs://mqtt.example.com/mqtt',
    tokenUrl: 'https://api.example.com/mqtt-token',
    username: 'test',
  },

  // 用户名和密码：EMQX、mosquitto、HiveMQ 等，多数服务器的路径是 /mqtt
  password: {
    url: 'wxs://mqtt.example.com/mqtt',
    username: 'test',
    password: '',
  },

  // 不用登录，例如公共的测试服务器；或局域网里的，如 mqtt://192.168.1.5（需要真机）
  anonymous: {
    url: 'wxs://broker.emqx.io:8084/mqtt',
  },
}

// 选用的接入方式：easemob、backend、password、anonymous
const preset = 'easemob'

export default Object.assign(
  {
    preset,
    presets,

    // 设备标识，自己取。环信的 clientId 由它和 AppID 组成：deviceId@AppID；别的服务器留空 clientId 时，
    // 自动取一个并记在本机。每台设备要不同，否则互相挤下线
    deviceId: 'device001',
    clientId: '',

    // MQTT 版本：4 为 3.1.1，5 为 5.0（环信为 4）
    protocolVersion: 4,

    // 心跳间隔（秒）
    keepalive: 60,

    // false：服务器为这个 clientId 保留订阅和离线消息（QoS 1、2）
    clean: true,

    // 'wx'：没有送达的 QoS 1、2 消息存入本地缓存，小程序被杀后下次启动续传
    store: '',

    // 页面上一开始填的主题和内容
    topic: 'Topic0',
    payload: 'i am from wechat msg',
  },
  presets[preset],
)
