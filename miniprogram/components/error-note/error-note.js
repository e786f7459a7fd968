// 出了什么事，该做什么
Component({
  properties: {
    // { title, advice, code, ends }，见 mqtt/connection.js
    error: { type: Object, value: null },
  },
  methods: {
    diagnose() {
      wx.switchTab({ url: '/pages/diagnosis/diagnosis' })
    },
  },
})
