/** A phone with the mini-program in it, and its home screen while the app is not to be seen. */
import { html } from 'htm/preact'

export function Phone({ id, t, theme, playground, isOpen, launches, launch }) {
  const stay = playground.stays[id]
  return html`
    <figure class="phone" data-phone=${id}>
      <div class="screen">
        ${
          isOpen &&
          html`<iframe
            key=${launches}
            title=${t.phones[id]}
            src="phone/${id}/app.html"
            style=${{ colorScheme: theme }}
          ></iframe>`
        }
        ${isOpen && stay && html`<${HomeScreen} t=${t} stay=${stay} />`}
        ${!isOpen && html`<${HomeScreen} t=${t} launch=${launch} />`}
      </div>
      <figcaption>${t.phones[id]}</figcaption>
    </figure>
  `
}

function HomeScreen({ t, stay, launch }) {
  return html`
    <div class="home">
      <button class="app" data-action="launch" disabled=${!launch} onClick=${launch}>
        <i>MQTT</i>
        <span>${t.appName}</span>
      </button>
      <p>${stay ? t.inBackground(stay) : t.killed}</p>
    </div>
  `
}
