/** The playground's page: two phones, the switches, and the time line. */
import { html, render } from 'htm/preact'
import { useEffect, useState } from 'preact/hooks'
import { usePlayground } from './playground.js'
import { Phone } from './phone.js'
import { Publish } from './publish.js'
import { Setting, useSetting } from './settings.js'
import { Status } from './status.js'
import { Switches } from './switches.js'
import { texts } from './texts.js'
import { TimeLine } from './time-line.js'

const preferredLanguage = navigator.language.startsWith('zh') ? 'zh' : 'en'
const preferredTheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'

function App() {
  const [language, setLanguage] = useSetting('language', preferredLanguage)
  const [theme, setTheme] = useSetting('theme', preferredTheme)
  const [hasSecond, setHasSecond] = useSetting('second', false)
  const [isOpen, setIsOpen] = useState(true)
  const [launches, setLaunches] = useState(0)
  const playground = usePlayground()
  const t = texts[language]

  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.documentElement.dataset.theme = theme
    document.title = `mqtt-miniprogram ${t.title}`
  }, [language, theme])

  const launch = () => {
    setIsOpen(true)
    setLaunches(count => count + 1)
  }
  const shared = { playground, t }
  return html`
    <header>
      <h1>mqtt-miniprogram <span>${t.title}</span></h1>
      <div class="addresses">${addressesOf(playground, t)}</div>
      <${Setting}
        label=${t.secondPhone}
        pressed=${hasSecond}
        onClick=${() => setHasSecond(!hasSecond)}
      />
      <${Setting}
        label=${language === 'zh' ? 'English' : '中文'}
        onClick=${() => setLanguage(language === 'zh' ? 'en' : 'zh')}
      />
      <${Setting}
        label=${theme === 'light' ? t.dark : t.light}
        onClick=${() => setTheme(theme === 'light' ? 'dark' : 'light')}
      />
    </header>
    <main class=${hasSecond ? 'two' : 'one'}>
      <${Phone}
        ...${shared}
        id="a"
        theme=${theme}
        isOpen=${isOpen}
        launches=${launches}
        launch=${launch}
      />
      <section class="panel">
        <div class="controls">
          <${Switches}
            ...${shared}
            isOpen=${isOpen}
            kill=${() => setIsOpen(false)}
            launch=${launch}
          />
          <div class="statuses">
            <${Status} ...${shared} id="a" />
            ${hasSecond && html`<${Status} ...${shared} id="b" />`}
          </div>
        </div>
        <div class="traffic">
          <${TimeLine} ...${shared} hasSecond=${hasSecond} />
          <${Publish} ...${shared} />
        </div>
      </section>
      ${hasSecond && html`<${Phone} ...${shared} id="b" theme=${theme} isOpen=${true} />`}
    </main>
  `
}

function addressesOf({ addresses, isConnected }, t) {
  if (!isConnected) return html`<b class="gone" role="alert">${t.serverGone}</b>`
  return html`<span>MQTT <code>${addresses.broker}</code></span>
    <span>Token <code>${addresses.tokens}</code></span>`
}

render(html`<${App} />`, document.body)
