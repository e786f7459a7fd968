/**
 * WeChat's built-in components that the mini-program uses: their properties and their events. The
 * logic layer makes glass-easel components of them, whose properties become attributes in the view;
 * what they do there is in controls.js. What is not here, the simulator refuses.
 */

const COMMON = {
  properties: { hidden: Boolean, ariaHidden: String, ariaLabel: String, ariaRole: String },
  events: ['tap', 'longpress', 'touchstart', 'touchmove', 'touchend', 'touchcancel'],
}

/** Of what one types into. */
const FIELD = {
  properties: {
    value: String,
    type: String,
    placeholder: String,
    placeholderClass: String,
    disabled: Boolean,
    focus: Boolean,
    maxlength: { type: Number, value: 140 },
    cursorSpacing: Number,
    confirmType: String,
    adjustPosition: { type: Boolean, value: true },
  },
  events: ['input', 'focus', 'blur', 'confirm', 'keyboardheightchange'],
}

const SPECIFIC = {
  view: { properties: { hoverClass: String, hoverStayTime: Number } },

  text: { properties: { selectable: Boolean, userSelect: Boolean } },

  button: {
    properties: {
      type: { type: String, value: 'default' },
      size: { type: String, value: 'default' },
      plain: Boolean,
      disabled: Boolean,
      loading: Boolean,
      hoverClass: String,
    },
  },

  input: { properties: { ...FIELD.properties, password: Boolean }, events: FIELD.events },

  textarea: {
    properties: {
      ...FIELD.properties,
      autoHeight: Boolean,
      disableDefaultPadding: Boolean,
      fixed: Boolean,
      showConfirmBar: Boolean,
    },
    events: FIELD.events,
  },

  'scroll-view': {
    properties: {
      scrollX: Boolean,
      scrollY: Boolean,
      scrollTop: Number,
      scrollIntoView: String,
      scrollWithAnimation: Boolean,
      enhanced: Boolean,
      showScrollbar: Boolean,
      upperThreshold: { type: Number, value: 50 },
      lowerThreshold: { type: Number, value: 50 },
    },
    events: ['scroll', 'scrolltoupper', 'scrolltolower'],
  },

  switch: {
    properties: { checked: Boolean, disabled: Boolean, color: String },
    events: ['change'],
  },

  label: {},

  /** mode="selector" */
  picker: {
    properties: {
      mode: String,
      headerText: String,
      range: Array,
      value: { type: Number, optionalTypes: [String] },
      disabled: Boolean,
    },
    events: ['change', 'cancel'],
  },

  /** Only as the first element of a page. */
  'page-meta': { properties: { rootFontSize: String } },
}

export const components = Object.fromEntries(
  Object.entries(SPECIFIC).map(([tag, { properties = {}, events = [] }]) => [
    tag,
    {
      properties: { ...COMMON.properties, ...properties },
      events: [...COMMON.events, ...events],
    },
  ]),
)

/** Tags of WXML that are not components, and the attributes that they take beside those of all. */
export const PSEUDO_TAGS = {
  block: [],
  template: ['is', 'data', 'name'],
  slot: ['name'],
  wxs: ['module', 'src'],
  import: ['src'],
  include: ['src'],
}
