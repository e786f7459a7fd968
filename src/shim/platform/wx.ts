/**
 * The one place that reaches the global `wx`. Converters for other platforms rewrite the text
 * `wx.connectSocket(` in a built file to a call of their own, which returns a Promise; through this
 * function the name never stands before a method.
 */

/** `wx`; `undefined` where there is none, as in a Worker. */
export function platformApi(): WechatMiniprogram.Wx | undefined {
  return typeof wx === 'undefined' ? undefined : wx
}
