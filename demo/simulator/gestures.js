/** Makes WeChat's touch events of the browser's: tap, longpress, and touches for who listens to them. */
import { ownerOf } from './view-document.js'

/** Pixels that a finger may move in a tap, and milliseconds that make it a long press. */
const TAP_DISTANCE = 10
const LONG_PRESS = 350

const TOUCHES = {
  pointerdown: 'touchstart',
  pointermove: 'touchmove',
  pointerup: 'touchend',
  pointercancel: 'touchcancel',
}

/** @param {(node: Element, type: string, detail: object, bubbles: boolean) => void} fire */
export function listenToGestures(root, fire) {
  let press

  root.addEventListener('pointerdown', event => {
    const { target, clientX: x, clientY: y } = event
    press = { target: ownerOf(target), x, y }
    press.timer = setTimeout(() => {
      if (press && isHeard(press.target, 'longpress')) {
        fire(press.target, 'longpress', { x, y }, true)
        press.isLong = true
      }
    }, LONG_PRESS)
  })
  root.addEventListener('pointermove', ({ clientX, clientY }) => {
    if (press && Math.hypot(clientX - press.x, clientY - press.y) > TAP_DISTANCE) end()
  })
  root.addEventListener('pointercancel', end)
  root.addEventListener('pointerup', () => {
    const ended = end()
    if (!ended || ended.isLong || ended.target?.closest('wx-button[disabled]')) return
    if (ended.target) fire(ended.target, 'tap', { x: ended.x, y: ended.y }, true)
  })
  for (const [type, name] of Object.entries(TOUCHES)) {
    root.addEventListener(type, ({ target, clientX, clientY }) => {
      const owner = ownerOf(target)
      if (owner && isHeard(owner, name)) fire(owner, name, { x: clientX, y: clientY }, true)
    })
  }

  function end() {
    const ended = press
    clearTimeout(ended?.timer)
    press = undefined
    return ended
  }
}

function isHeard(target, type) {
  for (let node = target; node; node = node.parentNode) {
    if (node.listens?.has(type)) return true
  }
  return false
}
