// @ts-check
/**
 * The part of `wx` that is about the app, its pages and its screen, beside what wx.js has of the
 * network and of storage.
 */

/** @typedef {WechatMiniprogram.Wx} Wx */

/**
 * @param {object} options
 * @param {import('./pages.js').Pages} options.pages
 * @param {(name: string, option?: object) => Promise<any>} options.screen does what needs a screen
 * @param {{theme: string, fontSize: number, networkType: string}} options.phone how the phone is set
 */
export function makeWxApp({ pages, screen, phone }) {
  /** @type {Set<Function>} */
  const themeListeners = new Set()
  /** @type {(name: 'navigateTo' | 'navigateBack' | 'switchTab') => any} */
  const navigate =
    name =>
    (/** @type {any} */ option = {}) =>
      settle(name, option, async () => pages[name](option))
  /** @type {(name: string) => any} */
  const onScreen =
    name =>
    (/** @type {any} */ option = {}) =>
      settle(name, option, () => screen(name, option))

  const baseInfo = () => ({
    SDKVersion: SDK_VERSION,
    version: '8.0.68',
    language: 'zh_CN',
    theme: phone.theme,
    fontSizeSetting: phone.fontSize,
    enableDebug: false,
  })
  const deviceInfo = () => ({ platform: 'ios', system: 'iOS 18.0', model: 'simulator' })

  const api = {
    navigateTo: /** @type {Wx['navigateTo']} */ (navigate('navigateTo')),
    navigateBack: /** @type {Wx['navigateBack']} */ (navigate('navigateBack')),
    switchTab: /** @type {Wx['switchTab']} */ (navigate('switchTab')),
    setClipboardData: /** @type {Wx['setClipboardData']} */ (onScreen('setClipboardData')),
    hideKeyboard: /** @type {Wx['hideKeyboard']} */ (onScreen('hideKeyboard')),
    getNetworkType: /** @type {Wx['getNetworkType']} */ (
      (/** @type {any} */ option = {}) =>
        settle('getNetworkType', option, async () => ({ networkType: phone.networkType }))
    ),
    getAppBaseInfo: /** @type {Wx['getAppBaseInfo']} */ (/** @type {unknown} */ (baseInfo)),
    getDeviceInfo: /** @type {Wx['getDeviceInfo']} */ (/** @type {unknown} */ (deviceInfo)),
    getSystemInfoSync: /** @type {Wx['getSystemInfoSync']} */ (
      /** @type {unknown} */ (() => ({ ...baseInfo(), ...deviceInfo() }))
    ),
    onThemeChange: /** @type {Wx['onThemeChange']} */ (
      /** @type {unknown} */ ((/** @type {Function} */ listener) => themeListeners.add(listener))
    ),
    offThemeChange: /** @type {Wx['offThemeChange']} */ (
      /** @type {unknown} */ ((/** @type {Function} */ listener) => themeListeners.delete(listener))
    ),
  }
  /** @type {Pick<Wx, keyof typeof api>} */
  const checked = api
  return {
    api: checked,
    /** The phone is set to another theme. */
    themeChanged() {
      for (const listener of themeListeners) listener({ theme: phone.theme })
    },
  }
}

/** The base library that the simulator is like; project.config.json names the same. */
const SDK_VERSION = '3.6.6'

/**
 * success, fail and complete are called; without any of them a promise is returned.
 * @param {string} name
 * @param {{success?: Function, fail?: Function, complete?: Function}} option
 * @param {() => Promise<any>} run
 */
function settle(name, { success, fail, complete }, run) {
  const settled = run().then(
    result => {
      const answer = { errMsg: `${name}:ok`, ...result }
      success?.(answer)
      complete?.(answer)
      return answer
    },
    error => {
      const answer = { errMsg: `${name}:fail ${error.message}` }
      fail?.(answer)
      complete?.(answer)
      if (!success && !fail && !complete) throw answer
    },
  )
  return success || fail || complete ? undefined : settled
}
