/** What code blocks of the docs leave to their readers: names of a page around them. */
/// <reference types="miniprogram-api-typings" />
import type mqttOfPage from 'mqtt-miniprogram'

declare global {
  const mqtt: typeof mqttOfPage
  const client: mqttOfPage.MqttClient
  const options: mqttOfPage.IClientOptions
  const packet: mqttOfPage.IPublishPacket
  const url: string
  const clientId: string
  const username: string
  const password: string
  const restApiUrl: string
  const appClientId: string
  const appClientSecret: string
  function fetchTokenFromMyBackend(): Promise<string>

  namespace WechatMiniprogram {
    interface Wx {
      /** Of JSON, which a page knows the shape of. */
      request(option: {
        url: string
        header?: object
        success(result: { data: any; statusCode: number }): void
        fail?(error: { errMsg: string }): void
      }): RequestTask
    }
  }
}
