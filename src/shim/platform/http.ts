/** HTTP by `wx.request`, as far as token APIs need it. */
import { platformApi } from './wx'

/** What a server answered, whatever its status code. */
export interface Reply {
  statusCode: number
  /** Parsed, if it was JSON */
  body: unknown
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
      success: reply => {
        const { statusCode = 0, data } = Object(reply) as { statusCode?: number; data?: unknown }
        resolve({ statusCode, body: data })
      },
      fail: reject,
    })
  })
}
