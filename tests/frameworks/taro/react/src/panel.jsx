import { Button, Text, View } from '@tarojs/components'

/** What all pages show. */
export function Panel({ state, message, count, onPublish, onEnd, onReconnect }) {
  return (
    <View>
      <Text id="state">{state}</Text>
      <Text id="message">{message}</Text>
      <Text id="count">{count}</Text>
      <Button id="publish" onClick={onPublish}>
        发送
      </Button>
      <Button id="end" onClick={onEnd}>
        断开
      </Button>
      <Button id="reconnect" onClick={onReconnect}>
        重连
      </Button>
    </View>
  )
}
