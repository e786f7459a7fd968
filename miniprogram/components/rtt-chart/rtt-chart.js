// 往返时间的柱状图：每次一根柱，下面是最小、平均、最大
Component({
  properties: {
    // 毫秒
    times: { type: Array, value: [] },
    // 一共要测几次
    total: { type: Number, value: 10 },
  },
  data: { bars: [], least: 0, mean: 0, most: 0 },
  observers: {
    'times, total'(times, total) {
      if (times.length === 0) return this.setData({ bars: [] })
      const most = Math.max(...times)
      const bars = []
      for (let at = 0; at < total; at++) {
        const time = times[at]
        bars.push({ id: at, height: time === undefined ? 0 : Math.max(4, (time / most) * 100) })
      }
      const mean = Math.round(times.reduce((sum, time) => sum + time, 0) / times.length)
      this.setData({ bars, least: Math.min(...times), mean, most })
    },
  },
})
