// 收发过的消息，供各页面显示：有上限，旧的先丢

const MOST_MESSAGES = 400
const MOST_BYTES = 4 * 1024 * 1024

export class History {
  constructor() {
    this.messages = []
    this.lastId = 0
    this.bytes = 0
  }

  /**
   * 记下一条消息：{ direction: 'in' | 'out', topic, payload（字节）, qos, retain, properties, status }，
   * 加上 id、time、size
   */
  add(message) {
    const size = message.payload.length
    const added = Object.assign({ id: ++this.lastId, time: new Date(), size }, message)
    this.messages.push(added)
    this.bytes += size
    while (this.messages.length > MOST_MESSAGES || (this.bytes > MOST_BYTES && this.messages[1])) {
      this.bytes -= this.messages.shift().size
    }
    return added
  }

  find(id) {
    return this.messages.filter(message => message.id === id)[0]
  }

  clear() {
    this.messages = []
    this.bytes = 0
  }
}
