// 调试台里的连接设置：从 config.js 开始，改过的记在本机，密码不记
import config from '../../config.js'
import { PRESETS, settingsOf } from '../../mqtt/settings.js'

const KEY = 'console-form'
const FIELDS = ['preset', 'url', 'clientId', 'username', 'tokenUrl', 'protocolVersion', 'clean']
const VERSIONS = [4, 5]

/** 上一次填的，没有时是 config.js 的 */
export function loadForm() {
  const { preset, url, clientId, protocolVersion, clean } = settingsOf(config)
  const { username = '', password = '', tokenUrl = '' } = config
  const fresh = { preset, url, clientId, username, password, tokenUrl, protocolVersion, clean }
  return shown(Object.assign(fresh, wx.getStorageSync(KEY) || {}))
}

/** 记住。缓存写不进去时抛出错误 */
export function saveForm(form) {
  wx.setStorageSync(
    KEY,
    FIELDS.reduce((kept, field) => Object.assign(kept, { [field]: form[field] }), {}),
  )
}

/** 连接用的设置；config.js 里有而表单里没有的（如环信的 AppID）照旧 */
export function settingsFrom(form) {
  const { preset, url, clientId, username, password, tokenUrl, protocolVersion, clean } = form
  const login =
    preset === 'anonymous'
      ? { username: undefined, password: undefined }
      : { username, password: password || undefined }
  const chosen = { preset, url, clientId, tokenUrl, protocolVersion, clean }
  return Object.assign(settingsOf(config), chosen, login)
}

/** 缺了什么；没有缺时是空的 */
export function missingIn({ url, clientId, preset, tokenUrl }) {
  if (!/^(wxs?|wss?|mqtt|tcp):\/\/[^/]+/i.test(url)) {
    return '服务器地址应为 wxs://域名/路径，局域网里可以是 mqtt://IP'
  }
  if (!clientId) return '请填写客户端标识'
  if (preset === 'backend' && !/^https?:\/\//.test(tokenUrl)) return 'Token 接口应为 https:// 地址'
  if (preset === 'easemob' && !config.appClientId) return '请先在 config.js 里填写开发者 ID'
  return ''
}

/** 选了第几种接入方式。没有改过的地址等，换成 config.js 里给这种方式的 */
export function withPreset(form, at) {
  const preset = PRESETS[at].id
  const [before, after] = [defaultsOf(form.preset), defaultsOf(preset)]
  const chosen = { preset }
  for (const field of ['url', 'clientId', 'username', 'tokenUrl']) {
    if (!form[field] || form[field] === before[field]) chosen[field] = after[field]
  }
  return shown(Object.assign({}, form, chosen))
}

export function withVersion(form, at) {
  return shown(Object.assign({}, form, { protocolVersion: VERSIONS[at] }))
}

function defaultsOf(preset) {
  const blank = { username: '', tokenUrl: '' }
  const given = preset === config.preset ? {} : Object.assign(blank, config.presets[preset])
  return settingsOf(Object.assign({}, config, given, { preset }))
}

// 页面上要用的：选中的是第几项，显示哪些行
function shown(form) {
  const { preset, protocolVersion } = form
  return Object.assign({}, form, {
    presetAt: PRESETS.map(({ id }) => id).indexOf(preset),
    versionAt: VERSIONS.indexOf(protocolVersion),
    hasUsername: preset !== 'anonymous',
    hasPassword: preset === 'password',
    hasTokenUrl: preset === 'backend',
  })
}
