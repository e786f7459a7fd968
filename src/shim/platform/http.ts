/** HTTP by `wx.request`, as far as token APIs need it. */
import { platformApi } from './wx'

/** What a server answered, whatever its status code. */
export interface Reply {
  statusCode?: number
  /** The body; parsed, if it was JSON */
  data?: unknown
}

/** Posts JSON; `timeout` is in milliseconds. Rejects with what `wx` reports if there is no answer. */
export function postJson(
  url: string,
  body: object,
  header: Record<string, string>,
  timeout: number,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    platformApi()!.request({
      url,
      method: 'POST',
      header: Object.assign({ 'content-type': 'application/json' }, header),
      data: body,
      timeout,
      success: reply => resolve(Object(reply) as Reply),
      fail: reject,
    })
  })
}
