/**
 * WeChat's built-in components that the mini-program uses, as small glass-easel components. The host
 * element is <wx-NAME>; properties are reflected to its attributes.
 */
const elementOf = component => component._$.$$

/** Puts a native control into the host, and keeps the control's own DOM events inside. */
function contain(component, control) {
  for (const type of ['input', 'change', 'focus', 'blur']) {
    control.addEventListener(type, event => event.stopPropagation())
  }
  elementOf(component).appendChild(control)
  component.control = control
  return control
}

export const components = {
  view: { properties: { hidden: Boolean, hoverClass: String } },

  text: { properties: { selectable: Boolean, userSelect: Boolean } },

  button: {
    properties: {
      type: { type: String, value: 'default' },
      size: { type: String, value: 'default' },
      plain: Boolean,
      disabled: Boolean,
      loading: Boolean,
    },
    observers: {
      disabled(disabled) {
        elementOf(this).setAttribute('aria-disabled', String(disabled))
      },
    },
    lifetimes: {
      created() {
        elementOf(this).setAttribute('role', 'button')
      },
    },
  },

  input: {
    properties: {
      value: String,
      type: String,
      password: Boolean,
      placeholder: String,
      disabled: Boolean,
      maxlength: { type: Number, value: 140 },
    },
    observers: {
      'value, placeholder, disabled, maxlength, password'(
        value,
        placeholder,
        disabled,
        maxlength,
        password,
      ) {
        const { control } = this
        if (!control) return
        if (control.value !== value) control.value = value
        Object.assign(control, { placeholder, disabled, type: password ? 'password' : 'text' })
        if (maxlength >= 0) control.maxLength = maxlength
        else control.removeAttribute('maxlength')
      },
    },
    lifetimes: {
      created() {
        const input = contain(this, document.createElement('input'))
        const fire = type =>
          this.triggerEvent(type, { value: input.value, cursor: input.selectionStart })
        input.addEventListener('input', () => {
          this._$.data.value = input.value
          fire('input')
        })
        input.addEventListener('focus', () => fire('focus'))
        input.addEventListener('blur', () => fire('blur'))
      },
    },
  },

  'scroll-view': {
    properties: { scrollX: Boolean, scrollY: Boolean, scrollTop: Number, scrollIntoView: String },
    observers: {
      scrollTop(top) {
        elementOf(this).scrollTop = top
      },
      scrollIntoView(id) {
        if (!id) return
        requestAnimationFrame(() => {
          const element = elementOf(this)
          const line = element.querySelector(`#${CSS.escape(id)}`)
          if (!line) return
          element.scrollTop +=
            line.getBoundingClientRect().top - element.getBoundingClientRect().top
        })
      },
    },
  },

  switch: {
    properties: { checked: Boolean, disabled: Boolean, color: String },
    observers: {
      checked(checked) {
        elementOf(this).setAttribute('aria-checked', String(checked))
      },
    },
    lifetimes: {
      created() {
        const element = elementOf(this)
        element.setAttribute('role', 'switch')
        element.addEventListener('click', () => {
          if (this.data.disabled) return
          this.setData({ checked: !this.data.checked })
          this.triggerEvent('change', { value: this.data.checked })
        })
      },
    },
  },

  /** mode="selector" */
  picker: {
    properties: {
      mode: { type: String, value: 'selector' },
      range: Array,
      value: null,
      disabled: Boolean,
    },
    observers: {
      'range, value'(range, value) {
        if (!this.control) return
        this.control.replaceChildren(
          ...(range ?? []).map((name, at) => new Option(name, String(at))),
        )
        this.control.selectedIndex = Number(value) || 0
      },
    },
    lifetimes: {
      created() {
        const select = contain(this, document.createElement('select'))
        select.addEventListener('change', () => {
          this.triggerEvent('change', { value: String(select.selectedIndex) })
        })
      },
    },
  },
}
