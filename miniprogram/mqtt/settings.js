// 连接所需的设置：来自 config.js，或调试台里填的

const CLIENT_ID = 'mqtt-client-id'

/** 接入方式，顺序同调试台里的选项 */
export const PRESETS = [
  { id: 'easemob', name: '环信 Token' },
  { id: 'backend', name: '后台 Token' },
  { id: 'password', name: '用户名和密码' },
  { id: 'anonymous', name: '匿名' },
]

export function settingsOf(config) {
  const { appId, deviceId } = config
  const clientId =
    config.preset === 'easemob' ? `${deviceId}@${appId}` : config.clientId || lastingClientId()
  return Object.assign({}, config, { clientId })
}

/** 密码是换来的 Token */
export function usesToken({ preset }) {
  return preset === 'easemob' || preset === 'backend'
}

/** mqtt.connect 的选项，登录的部分；password 在用 Token 时是 Token */
export function loginOf(settings, password) {
  return {
    clientId: settings.clientId,
    username: settings.username,
    password,
    protocolVersion: settings.protocolVersion,
    clean: settings.clean,
    keepalive: settings.keepalive,
  }
}

/** config.js 还没有填写 */
export function isBlank({ preset, appId, url, appClientId }) {
  if (preset === 'easemob') return appId === 'AppID' || !appClientId
  return /\bexample\.com\b/.test(url)
}

/** 局域网：用 wx.createTCPSocket，不用 WebSocket */
export function usesTcp({ url }) {
  return /^(mqtt|tcp):/i.test(url)
}

/** wxs://host:port/path 里的 host:port/path */
export function addressOf(url) {
  return url.replace(/^\w+:\/\//, '').replace(/\/$/, '')
}

// 随机取一次，记在本机
function lastingClientId() {
  const known = wx.getStorageSync(CLIENT_ID)
  if (known) return known
  const made = `mp-${Math.random().toString(36).slice(2, 10)}`
  wx.setStorageSync(CLIENT_ID, made)
  return made
}
