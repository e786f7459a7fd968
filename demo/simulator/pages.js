/** The mini-program's pages: the stack of those that are open, the tabs, and their lifetimes. */

export class Pages {
  #space
  #document
  #built
  #guard
  #changed
  #lastKey = 0
  /** From the bottom to the one that is seen. */
  stack = []
  /** Pages of the tab bar that have been opened, by path: they stay. */
  #tabs = new Map()

  /**
   * @param {(run: () => void) => void} guard runs what the app has written
   * @param {(page: object) => void} changed hears of the page that is seen
   */
  constructor({ space, document, built, guard, changed }) {
    this.#space = space
    this.#document = document
    this.#built = built
    this.#guard = guard
    this.#changed = changed
  }

  get current() {
    return this.stack.at(-1)
  }

  isTab(path) {
    return (this.#built.appJson.tabBar?.list ?? []).some(({ pagePath }) => pagePath === path)
  }

  launch(path) {
    if (this.isTab(path)) this.switchTab({ url: `/${path}` })
    else this.navigateTo({ url: `/${path}` })
  }

  navigateTo({ url }) {
    const { path, query } = this.#parse(url)
    if (this.isTab(path)) throw new Error('can not navigateTo a tabbar page')
    if (this.stack.length >= MOST_PAGES) throw new Error('webview count limit exceed')
    this.#leave()
    this.stack.push(this.#open(path, query))
    this.#enter()
  }

  navigateBack({ delta = 1 } = {}) {
    if (this.stack.length < 2) throw new Error('cannot navigate back at first page.')
    this.#close(Math.min(delta, this.stack.length - 1))
    this.#enter()
  }

  switchTab({ url }) {
    const { path } = this.#parse(url)
    if (!this.isTab(path)) throw new Error('can not switch to no-tabBar page')
    if (this.current?.path === path) return
    this.#close(this.stack.length - 1)
    this.#leave()
    if (!this.#tabs.has(path)) this.#tabs.set(path, this.#open(path, {}))
    this.stack = [this.#tabs.get(path)]
    this.#enter()
  }

  #parse(url) {
    const [name, search = ''] = url.split('?')
    const path = name.replace(/^\//, '')
    if (!this.#built.appJson.pages.includes(path)) throw new Error(`page "${path}" is not found`)
    const pairs = search.split('&').filter(Boolean)
    const query = pairs.map(pair => pair.split('=').map(decodeURIComponent))
    return { path, query: Object.fromEntries(query) }
  }

  #open(path, query) {
    const root = this.#space.create(path)
    const page = { key: ++this.#lastKey, path, query, root, instance: root.get(), isReady: false }
    page.instance.route = path
    this.#guard(() => page.instance.onLoad?.(query))
    return page
  }

  #enter() {
    const page = this.current
    if (!page.isAttached) {
      page.isAttached = true
      const place = this.#document.document.createElement('place')
      this.#document.root.appendChild(place)
      page.root.attach(this.#document.root, place)
    }
    this.#setHidden(page, false)
    this.#guard(() => page.instance.onShow?.())
    this.#changed(page)
  }

  #leave() {
    const page = this.current
    if (!page) return
    this.#guard(() => page.instance.onHide?.())
    this.#setHidden(page, true)
  }

  #close(count) {
    for (const page of this.stack.splice(this.stack.length - count, Math.max(count, 0)).reverse()) {
      this.#guard(() => page.instance.onUnload?.())
      const node = page.root.getComponent().getBackendElement()
      page.root.release()
      this.#document.root.removeChild(node)
    }
  }

  #setHidden(page, hidden) {
    const node = page.root.getComponent().getBackendElement()
    this.#document.emit('attribute', node.id_, 'hidden-page', hidden)
  }
}

const MOST_PAGES = 10
