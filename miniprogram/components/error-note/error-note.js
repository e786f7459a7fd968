// 出了什么事，该做什么
Component({
  properties: {
    // { title, advice, code }，见 mqtt/errors.js
    error: { type: Object, value: null },
  },
  methods: {
    diagnose() {
      wx.switchTab({ url: '/pages/diagnosis/diagnosis' })
    },
  },
})
