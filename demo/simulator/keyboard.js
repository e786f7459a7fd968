/**
 * The phone's keyboard: it covers the lower part of the screen while one types, and WeChat moves the
 * page up so far that the field is above it (`adjust-position`, `cursor-spacing`). A browser has none,
 * until a height is given.
 */
let height = 0
let shown
let onHeight

export const keyboard = {
  /** Pixels; 0: there is none. */
  set height(pixels) {
    height = pixels
  },

  /** @param {(height: number) => void} told hears of the keyboard's height */
  show(element, { adjust, spacing }, told) {
    if (!height) return
    clear()
    onHeight = told
    shown = document.createElement('div')
    shown.id = 'keyboard'
    shown.style.height = `${height}px`
    document.body.append(shown)
    onHeight(height)
    if (!adjust) return
    const hidden = element.getBoundingClientRect().bottom + spacing - (innerHeight - height)
    if (hidden > 0) pages().style.transform = `translateY(${-hidden}px)`
  },

  hide() {
    if (!shown) return
    const told = onHeight
    clear()
    told(0)
  },
}

function clear() {
  shown?.remove()
  shown = undefined
  pages().style.transform = ''
}

function pages() {
  return document.querySelector('#pages')
}
