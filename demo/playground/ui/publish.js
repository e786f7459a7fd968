/** A backend that publishes, whatever is switched. */
import { html } from 'htm/preact'
import { useState } from 'preact/hooks'

const SEVERAL = 10

export function Publish({ t, playground }) {
  const [form, setForm] = useState({ topic: 'Topic0', payload: 'hello', qos: 1, retain: false })
  const change = name => event => {
    const { type, checked, value } = event.currentTarget
    setForm({ ...form, [name]: type === 'checkbox' ? checked : value })
  }
  const publish = count => event => {
    event.preventDefault()
    playground.send({ type: 'publish', ...form, qos: Number(form.qos), count })
  }
  return html`
    <form class="backend" onSubmit=${publish(1)}>
      <b>${t.backend}</b>
      <input aria-label=${t.topic} value=${form.topic} onInput=${change('topic')} required />
      <input
        aria-label=${t.payload}
        class="payload"
        value=${form.payload}
        onInput=${change('payload')}
      />
      <select aria-label="QoS" value=${form.qos} onChange=${change('qos')}>
        ${[0, 1, 2].map(qos => html`<option value=${qos}>QoS ${qos}</option>`)}
      </select>
      <label
        ><input type="checkbox" checked=${form.retain} onChange=${change('retain')} /> retain</label
      >
      <button type="submit" data-action="publish">${t.publish}</button>
      <button type="button" onClick=${publish(SEVERAL)}>× ${SEVERAL}</button>
    </form>
  `
}
