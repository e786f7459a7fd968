// 一个只在末尾增加、有上限的长列表，分成几块放在页面的 data 里：setData 只带新增的几行，
// 满了就整块清掉最旧的，不必把整个列表再传一遍。
//
//   <block wx:for="{{list.order}}" wx:for-item="block" wx:key="*this">
//     <view wx:for="{{list.blocks[block]}}" wx:key="id">…</view>
//   </block>

export class Blocks {
  /** name 是它在 data 里的名字；最多 count × size 行 */
  constructor(name, count, size) {
    this.name = name
    this.count = count
    this.size = size
    this.clear()
  }

  /** data 的初值，也是清空时的 setData */
  clear() {
    this.blocks = Array.from({ length: this.count }, () => [])
    this.order = this.blocks.map((_, at) => at)
    this.places = {}
    this.isEmpty = true
    return { [this.name]: { order: this.order.slice(), blocks: this.blocks.map(() => []) } }
  }

  /** 增加几行，返回 setData 的内容 */
  push(rows) {
    const changes = {}
    // 一次就超过上限时，前面的不会留下
    for (const row of rows.slice(-this.count * this.size)) this.pushOne(row, changes)
    return changes
  }

  /** 改一行的一项；那一行已经不在时，没有内容 */
  update(id, field, value) {
    const place = this.places[id]
    return place ? { [`${place}.${field}`]: value } : {}
  }

  pushOne(row, changes) {
    const full = this.blocks[this.last()].length >= this.size
    if (full) this.rotate(changes)
    const at = this.last()
    const block = this.blocks[at]
    const place = `${this.name}.blocks[${at}][${block.length}]`
    this.places[row.id] = place
    block.push(row.id)
    this.isEmpty = false
    changes[place] = row
  }

  // 最旧的一块清空，排到末尾
  rotate(changes) {
    const oldest = this.order.shift()
    this.order.push(oldest)
    for (const id of this.blocks[oldest]) delete this.places[id]
    const prefix = `${this.name}.blocks[${oldest}]`
    for (const path of Object.keys(changes)) {
      if (path.indexOf(prefix) === 0) delete changes[path]
    }
    this.blocks[oldest] = []
    changes[prefix] = []
    changes[`${this.name}.order`] = this.order.slice()
  }

  last() {
    return this.order[this.order.length - 1]
  }
}
