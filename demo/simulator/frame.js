/** WeChat's frame around a page: status bar, navigation bar, tab bar, and their colours by theme. */

const dark = matchMedia('(prefers-color-scheme: dark)')

export const theme = () => (dark.matches ? 'dark' : 'light')

/**
 * @param {{appJson: object, json: Record<string, object>, themes?: object}} built
 * @param {(name: string, option: object) => void} navigate
 */
export function makeFrame({ appJson, json, themes }, navigate) {
  let shown
  const tabBar = document.querySelector('#tabbar')
  const { list = [] } = appJson.tabBar ?? {}
  const tabs = list.map(({ pagePath, text, iconPath }) => {
    const tab = document.createElement('button')
    tab.setAttribute('role', 'tab')
    if (iconPath) tab.append(document.createElement('img'))
    tab.append(text)
    tab.onclick = () => navigate('switchTab', { url: `/${pagePath}` })
    return tab
  })
  tabBar.append(...tabs)
  const back = document.querySelector('#back')
  back.onclick = () => navigate('navigateBack', {})

  return {
    show(page) {
      shown = page
      paint()
    },
    paint,
  }

  function paint() {
    if (!shown) return
    const { path, depth, isTab } = shown
    const window = resolved({ ...appJson.window, ...json[path] })
    const isBlack = window.navigationBarTextStyle === 'black'
    document.querySelector('#title').textContent = window.navigationBarTitleText ?? ''
    const bar = document.querySelector('#navbar')
    bar.style.background = window.navigationBarBackgroundColor
    bar.style.color = isBlack ? '#000' : '#fff'
    document.body.style.background = window.backgroundColor
    back.hidden = depth < 2
    tabBar.hidden = !isTab
    if (isTab) paintTabs(resolved(appJson.tabBar), path)
  }

  function paintTabs({ color, selectedColor, backgroundColor, borderStyle, list }, path) {
    tabBar.style.background = backgroundColor
    tabBar.dataset.border = borderStyle ?? 'black'
    list.forEach(({ pagePath, iconPath, selectedIconPath }, at) => {
      const isSelected = pagePath === path
      tabs[at].setAttribute('aria-selected', String(isSelected))
      tabs[at].style.color = isSelected ? selectedColor : color
      const icon = tabs[at].querySelector('img')
      if (icon) icon.src = `package/${isSelected ? selectedIconPath : iconPath}`
    })
  }

  /** `@name` stands for what theme.json says of the name. */
  function resolved(value) {
    if (Array.isArray(value)) return value.map(resolved)
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one)]))
    }
    if (typeof value !== 'string' || !value.startsWith('@')) return value
    const chosen = themes?.[theme()]?.[value.slice(1)]
    if (chosen === undefined) throw new Error(`theme.json has no ${value} for ${theme()}`)
    return chosen
  }
}

/** @param {() => void} changed */
export function onThemeChange(changed) {
  dark.addEventListener('change', changed)
}
