/**
 * What a designer would complain of, found by measuring: text that is hard to read, what is too small
 * for a finger, and a page that can be pushed sideways.
 */

/** The contrast that WCAG 2 asks of text (AA), and the size of a touch target in pixels. */
const CONTRAST = 4.5
const TARGET = 44

/** @returns {Promise<string[]>} what is wrong with the page that is seen */
export function inspectScreen(page) {
  return page.evaluate(inspect, { CONTRAST, TARGET })
}

function inspect({ CONTRAST, TARGET }) {
  const root = document.querySelector('#pages > wx-page:not([hidden])')
  const problems = []
  if (root.scrollWidth > root.clientWidth) {
    problems.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`)
  }
  for (const element of root.querySelectorAll('*')) {
    if (!element.checkVisibility()) continue
    const { width, height } = element.getBoundingClientRect()
    const isTarget = element.listens?.has('tap') || element.matches('wx-picker, wx-input, wx-label')
    if (isTarget && !isCovered(element) && (width < TARGET || height < TARGET)) {
      problems.push(`${nameOf(element)} is ${Math.round(width)} x ${Math.round(height)}`)
    }
    const text = [...element.childNodes].filter(node => node.nodeType === 3 && node.data.trim())
    if (text.length === 0 || element.closest('[disabled], select')) continue
    const contrast = contrastOf(element)
    if (contrast < CONTRAST)
      problems.push(`${nameOf(element)} has a contrast of ${contrast.toFixed(2)}`)
  }
  return [...new Set(problems)]

  function nameOf(element) {
    return `${element.tagName.toLowerCase()}#${element.id}.${[...element.classList].join('.')} "${element.textContent.slice(0, 20)}"`
  }

  /** Behind a sheet */
  function isCovered(element) {
    return root.querySelector('.weui-mask') && !element.closest('.sheet')
  }

  function contrastOf(element) {
    const behind = backgroundOf(element)
    const [light, dark] = [
      luminance(over(colorOf(element, 'color'), behind)),
      luminance(behind),
    ].sort((one, other) => other - one)
    return (light + 0.05) / (dark + 0.05)
  }

  /** All backgrounds from the page on, one over the other. */
  function backgroundOf(element) {
    const layers = []
    for (let node = element; node; node = node.parentElement) {
      layers.push(colorOf(node, 'backgroundColor'))
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1])
  }

  function colorOf(element, property) {
    const text = getComputedStyle(element)[property]
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number)
    return [red, green, blue, alpha]
  }

  function over([red, green, blue, alpha], below) {
    const mix = (value, at) => value * alpha + below[at] * (1 - alpha)
    return [mix(red, 0), mix(green, 1), mix(blue, 2), 1]
  }

  function luminance([red, green, blue]) {
    const linear = value => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
