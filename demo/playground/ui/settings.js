/** What the reader has chosen for the page, kept in the browser. */
import { html } from 'htm/preact'
import { useState } from 'preact/hooks'

const PREFIX = 'playground:'

export function useSetting(name, preset) {
  const [value, setValue] = useState(() => {
    const json = localStorage.getItem(PREFIX + name)
    return json === null ? preset : JSON.parse(json)
  })
  const set = changed => {
    localStorage.setItem(PREFIX + name, JSON.stringify(changed))
    setValue(changed)
  }
  return [value, set]
}

export function Setting({ label, pressed, onClick }) {
  return html`<button class="setting" aria-pressed=${pressed} onClick=${onClick}>${label}</button>`
}
