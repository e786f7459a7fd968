/**
 * What WeChat's built-in components do in the view. A control is made for an element, and told of
 * each of its attributes: a string, a number, '' for true, undefined for false.
 */
import { keyboard } from './keyboard.js'

/** @type {Record<string, (element: HTMLElement, fire: Function) => Function | undefined>} */
export const controls = {
  view: pressable,
  button(element) {
    element.setAttribute('role', 'button')
    const press = pressable(element)
    return (name, value) => {
      press(name, value)
      if (name === 'disabled') element.setAttribute('aria-disabled', String(value === ''))
    }
  },
  text: accessible,
  input: (element, fire) => field(element, fire, document.createElement('input')),
  textarea: (element, fire) => field(element, fire, document.createElement('textarea')),
  'scroll-view': scroller,
  switch: toggle,
  label,
  picker,
  'page-meta': () => (name, value) => {
    if (name === 'root-font-size') document.documentElement.dataset.rootFontSize = value
  },
}

/** aria-role is WeChat's name for role. */
function accessible(element) {
  return (name, value) => {
    if (name === 'aria-role') element.setAttribute('role', value)
  }
}

/** `hover-class` while a finger is on it */
function pressable(element) {
  const name = accessible(element)
  let hover
  const press = on => hover && hover !== 'none' && element.classList.toggle(hover, on)
  element.addEventListener('pointerdown', () => press(true))
  for (const type of ['pointerup', 'pointercancel', 'pointerleave']) {
    element.addEventListener(type, () => press(false))
  }
  return (attribute, value) => {
    name(attribute, value)
    if (attribute === 'hover-class') hover = value
  }
}

function field(element, fire, control) {
  const hint = document.createElement('div')
  element.append(hint)
  contain(element, control)
  control.autocomplete = 'off'
  if (control.tagName === 'TEXTAREA') control.rows = 1
  const detail = () => ({ value: control.value, cursor: control.selectionStart })
  const settings = { adjust: true, spacing: 0 }
  const fit = () => {
    hint.hidden = control.value !== ''
    if (!settings.autoHeight) return
    control.style.height = 'auto'
    control.style.height = `${control.scrollHeight}px`
  }
  control.addEventListener('input', () => {
    fit()
    fire('input', detail())
  })
  control.addEventListener('focus', () => {
    fire('focus', detail())
    keyboard.show(element, settings, height => fire('keyboardheightchange', { height }))
  })
  control.addEventListener('blur', () => {
    fire('blur', detail())
    keyboard.hide()
  })
  control.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter' && control.tagName === 'INPUT') fire('confirm', detail())
  })
  return (name, value) => {
    if (name === 'value' && control.value !== value) control.value = value ?? ''
    if (name === 'placeholder') hint.textContent = value ?? ''
    if (name === 'placeholder-class') hint.className = value ?? ''
    if (name === 'aria-label') control.setAttribute('aria-label', value)
    if (name === 'disabled') control.disabled = value === ''
    if (name === 'password') control.type = value === '' ? 'password' : 'text'
    if (name === 'auto-height') settings.autoHeight = value === ''
    if (name === 'adjust-position') settings.adjust = value === ''
    if (name === 'cursor-spacing') settings.spacing = Number(value)
    if (name === 'focus' && value === '') control.focus()
    if (name === 'maxlength') {
      if (value >= 0) control.maxLength = value
      else control.removeAttribute('maxlength')
    }
    requestAnimationFrame(fit)
  }
}

function scroller(element, fire) {
  let last = 0
  let wasAt = { upper: true, lower: false }
  const thresholds = { upper: 50, lower: 50 }
  element.addEventListener('scroll', () => {
    const { scrollTop, scrollHeight, scrollLeft, scrollWidth, clientHeight } = element
    if (element.listens?.has('scroll')) {
      const deltaY = last - scrollTop
      fire('scroll', { scrollTop, scrollHeight, scrollLeft, scrollWidth, deltaX: 0, deltaY })
    }
    last = scrollTop
    const isAt = {
      upper: scrollTop <= thresholds.upper,
      lower: scrollTop + clientHeight >= scrollHeight - thresholds.lower,
    }
    for (const side of ['upper', 'lower']) {
      if (isAt[side] && !wasAt[side])
        fire(`scrollto${side}`, { direction: side === 'upper' ? 'top' : 'bottom' })
    }
    wasAt = isAt
  })
  return (name, value) => {
    if (name === 'scroll-top') element.scrollTop = Number(value)
    if (name === 'upper-threshold') thresholds.upper = Number(value)
    if (name === 'lower-threshold') thresholds.lower = Number(value)
    if (name === 'scroll-into-view' && value) requestAnimationFrame(() => scrollTo(element, value))
  }
}

function scrollTo(element, id) {
  const target = element.querySelector(`#${CSS.escape(id)}`)
  if (!target) return
  const [place, frame] = [target.getBoundingClientRect(), element.getBoundingClientRect()]
  element.scrollTop += place.top - frame.top
  element.scrollLeft += place.left - frame.left
}

function toggle(element, fire) {
  const state = { checked: false, disabled: false }
  const show = () => {
    element.toggleAttribute('checked', state.checked)
    element.setAttribute('aria-checked', String(state.checked))
  }
  element.setAttribute('role', 'switch')
  show()
  element.addEventListener('click', () => {
    if (state.disabled) return
    state.checked = !state.checked
    show()
    fire('change', { value: state.checked })
  })
  return (name, value) => {
    if (name === 'aria-label') element.setAttribute('aria-label', value)
    if (name !== 'checked' && name !== 'disabled') return
    state[name] = value === ''
    show()
  }
}

/** A touch on it is one on the switch in it. */
function label(element) {
  element.addEventListener('click', ({ target }) => {
    const control = element.querySelector('wx-switch')
    if (control && !control.contains(target)) control.click()
  })
}

/** mode="selector": the browser's own, over what the picker shows */
function picker(element, fire) {
  const select = contain(element, document.createElement('select'))
  let chosen = 0
  select.addEventListener('change', () => fire('change', { value: String(select.selectedIndex) }))
  return (name, value) => {
    if (name === 'mode' && value !== 'selector') {
      throw new Error(`the simulator does not know <picker mode="${value}">`)
    }
    if (name === 'range') {
      select.replaceChildren(...JSON.parse(value).map((text, at) => new Option(text, String(at))))
    }
    if (name === 'aria-label') select.setAttribute('aria-label', value)
    if (name === 'value') chosen = Number(value) || 0
    if (name === 'range' || name === 'value') select.selectedIndex = chosen
    if (name === 'disabled') select.disabled = value === ''
  }
}

/** Puts a native control into the element, and keeps the control's own DOM events inside. */
function contain(element, control) {
  for (const type of ['input', 'change', 'focus', 'blur']) {
    control.addEventListener(type, event => event.stopPropagation())
  }
  element.appendChild(control)
  return control
}
