// 一条消息：方向、时间、主题、QoS、保留、大小和内容的一行；点一下展开，再点收起
Component({
  properties: {
    // { id, direction, time, topic, color, qos, retain, size, kind, preview, status, full, properties }
    item: { type: Object, value: {} },
  },
  methods: {
    toggle() {
      this.triggerEvent('toggle', { id: this.data.item.id })
    },
    copy() {
      this.triggerEvent('copy', { id: this.data.item.id })
    },
    reuse() {
      this.triggerEvent('reuse', { id: this.data.item.id })
    },
  },
})
