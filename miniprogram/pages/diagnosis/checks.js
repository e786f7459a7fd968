// 不连接服务器就能看的，和只看 WebSocket 的
import { usesTcp } from '../../mqtt/settings.js'

const NEEDED = '2.14.0' // .wasm.br 需要的基础库
const NEEDED_FOR_TCP = '2.18.0'
const PROBE = 5000 // 毫秒

export function checkRuntime(settings, tell) {
  tell.running('runtime')
  const version = baseLibrary()
  const needed = usesTcp(settings) ? NEEDED_FOR_TCP : NEEDED
  if (isOlder(version, needed)) {
    return Promise.reject({
      step: 'runtime',
      title: `基础库 ${version} 太旧，需要 ${needed}`,
      advice: '请更新微信；在开发者工具里，请在「详情 → 本地设置」选更新的调试基础库。',
      code: '',
      message: '',
    })
  }
  tell.passed('runtime', version)
  return Promise.resolve()
}

export function checkNetwork(tell) {
  tell.running('network')
  return new Promise((resolve, reject) => {
    wx.getNetworkType({
      success: ({ networkType }) => {
        if (networkType === 'none') {
          const advice = '请打开 Wi-Fi 或移动网络。'
          return reject({ step: 'network', title: '手机没有网络', advice, code: '', message: '' })
        }
        tell.passed('network', networkType)
        resolve()
      },
      fail: ({ errMsg }) => {
        tell.passed('network', `微信没有说（${errMsg}）`)
        resolve()
      },
    })
  })
}

/** 不带子协议能不能打开 */
export function opensWithoutProtocol(url) {
  return new Promise(resolve => {
    const task = wx.connectSocket({
      url: url.replace(/^wx/, 'ws'),
      timeout: PROBE,
      fail: () => resolve(false),
    })
    const timer = setTimeout(() => resolve(false), PROBE)
    const end = opens => {
      clearTimeout(timer)
      resolve(opens)
    }
    task.onOpen(() => {
      task.close({ code: 1000 })
      end(true)
    })
    task.onError(() => end(false))
    task.onClose(() => end(false))
  })
}

export function baseLibrary() {
  const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync() // 2.20.1 起有前者
  return info.SDKVersion
}

export function isOlder(version, needed) {
  const [ours, theirs] = [version, needed].map(text => text.split('.').map(Number))
  for (let at = 0; at < theirs.length; at++) {
    if ((ours[at] || 0) !== theirs[at]) return (ours[at] || 0) < theirs[at]
  }
  return false
}
