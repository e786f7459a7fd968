/** What wx does on the screen: toasts, modals, the clipboard. */

export const screen = {
  showToast({ title, icon = 'success', duration = 1500, mask = false }) {
    const toast = element('div', { className: 'toast', role: 'alert', textContent: title })
    toast.dataset.icon = icon
    cover(mask ? '' : 'through', toast)
    timer = setTimeout(uncover, duration)
    return {}
  },

  hideToast() {
    uncover()
    return {}
  },

  /** WeChat says itself that it did. */
  async setClipboardData({ data }) {
    clipboard = data
    screen.showToast({ title: '内容已复制' })
    return {}
  },

  hideKeyboard() {
    document.activeElement?.blur()
    return {}
  },

  showModal({
    title = '',
    content = '',
    showCancel = true,
    cancelText = '取消',
    confirmText = '确定',
  }) {
    return new Promise(resolve => {
      // the click that a browser makes of the touch that opened it must not press its buttons
      let pressed = false
      const button = (text, confirm, className = '') =>
        element('button', {
          className,
          textContent: text,
          onclick: ({ detail }) => {
            if (!pressed && detail > 0) return
            uncover()
            resolve({ confirm, cancel: !confirm })
          },
        })
      const buttons = element('div', {})
      if (showCancel) buttons.append(button(cancelText, false, 'cancel'))
      buttons.append(button(confirmText, true))
      const modal = element('div', {
        className: 'modal',
        role: 'dialog',
        onpointerdown: () => (pressed = true),
      })
      modal.append(
        element('h3', { textContent: title }),
        element('p', { textContent: content }),
        buttons,
      )
      cover('dim', modal)
    })
  },
}

let timer

/** What was copied last; the browser's own clipboard is left alone. */
export let clipboard = ''

/** A toast never takes the place of a modal that waits for its button. */
function cover(className, content) {
  if (document.querySelector('#overlay.dim') && className !== 'dim') return
  uncover()
  const overlay = element('div', { id: 'overlay', className })
  overlay.append(content)
  document.body.append(overlay)
}

function uncover() {
  clearTimeout(timer)
  document.querySelector('#overlay')?.remove()
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties)
}
