/** A phone for tests: the mini-program in headless Chromium, and what a person does and sees on it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { buildMiniprogram } from '../../demo/simulator/build.mjs'
import { serve } from '../../demo/simulator/server.mjs'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-lcd-text',
]

/** @param {string[]} flags for Chromium, beyond those that keep it quiet */
export function launchBrowser(flags = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...FLAGS, ...flags],
  })
}

/**
 * A phone for one test, in the browser of all tests of this process.
 * @param {object} t the test
 * @param {object} options as for `startPhone`
 */
export async function openPhone(t, options) {
  // a certificate is trusted by a browser as a whole
  const browser = options.trusted ? undefined : await sharedBrowser(t)
  const phone = await startPhone({ ...options, browser })
  t.after(() => phone.close())
  return phone
}

/**
 * @param {object} options
 * @param {string} options.root the mini-program's folder
 * @param {Record<string, string>} options.replaced as in `buildMiniprogram`
 * @param {string} [options.trusted] digest of a certificate's key that Chromium is to trust
 * @param {{width: number, height: number}} [options.screen] in pixels
 * @param {'light' | 'dark'} [options.theme]
 * @param {number} [options.fontSize] WeChat's font size, in pixels
 * @param {import('playwright-core').Browser} [options.browser] one that others use, too; otherwise the
 *   phone has its own
 */
export async function startPhone({
  root,
  replaced,
  trusted,
  screen = { width: 375, height: 812 },
  theme = 'light',
  fontSize,
  browser: shared,
}) {
  const built = mkdtempSync(join(tmpdir(), 'mqtt-page-'))
  await buildMiniprogram({ root, out: built, replaced })
  const { server, port } = await serve({ built, root })
  const browser =
    shared ??
    (await launchBrowser(trusted ? [`--ignore-certificate-errors-spki-list=${trusted}`] : []))
  const page = await takePage(browser)
  await page.setViewportSize(screen)
  await page.emulateMedia({ colorScheme: theme })
  const complaints = []
  page.on('pageerror', error => complaints.push(error.stack))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const close = async () => {
    await (shared ? putBack(page) : browser.close())
    server.close()
    server.closeAllConnections()
    rmSync(built, { recursive: true })
  }
  const seen = page.locator('#pages > wx-page:not([hidden])')
  const find = id => seen.locator(`#${id}`)
  try {
    await page.goto(`http://127.0.0.1:${port}/app.html`)
    if (fontSize) {
      await page.evaluate(pixels => self.simulator.restartWithFontSize(pixels), fontSize)
    }
    await find('state').waitFor()
  } catch (error) {
    await close()
    throw new Error(`The page does not show: ${error.message}\n${complaints.join('\n')}`)
  }

  return {
    /** Errors that the page or the simulator wrote to the console. */
    complaints,
    /** The browser's page, for what is not below. */
    page,
    /** An element of the page that is seen. */
    find,
    tap: id => find(id).tap(),
    type: (id, text) => find(id).locator('input, textarea').fill(text),
    choose: (id, at) => find(id).locator('select').selectOption(String(at)),
    /** Opens a page by its tab. */
    async tab(name) {
      await page.getByRole('tab', { name }).tap()
      await page.getByRole('tab', { name, selected: true }).waitFor()
    },
    /** Waits for a toast. */
    toast: text => page.getByRole('alert').filter({ hasText: text }).waitFor(),
    /** Waits for a modal, and confirms it. */
    async modal(title, content) {
      const modal = page.getByRole('dialog')
      await modal.waitFor()
      assert.equal(await modal.locator('h3').innerText(), title)
      assert.equal(await modal.locator('p').innerText(), content)
      await modal.getByRole('button', { name: '确定' }).click()
    },
    hasModal: () => page.getByRole('dialog').isVisible(),
    /** Waits for the connection's state. */
    state: text => find('state').filter({ hasText: text }).waitFor(),
    /** Waits for a line of the log; `kind` is in, out, sys or err. */
    line: (kind, text) => page.locator(`.line.${kind}`, { hasText: text }).first().waitFor(),
    /** The texts of the log's lines of a kind. */
    lines: kind => page.locator(`.line.${kind} .text`).allInnerTexts(),
    /** Takes the app to the background, and back. */
    hide: () => page.evaluate(() => self.simulator.hide()),
    show: () => page.evaluate(() => self.simulator.show()),
    async restart() {
      await page.reload()
      await find('state').waitFor()
    },
    /**
     * Asks the logic layer: for the `data` of its page, the calls of `setData` since it was asked
     * last, or what the app's function `probe` returns.
     */
    look: (what, detail) =>
      page.evaluate(([what, detail]) => self.simulator.look(what, detail), [what, detail]),
    /** Waits until a text is copied. */
    copied: text => page.waitForFunction(wanted => self.simulator.clipboard() === wanted, text),
    /** What was copied last. */
    clipboard: () => page.evaluate(() => self.simulator.clipboard()),
    /** A picture of the screen, as PNG or, which is a quarter, as WebP. */
    async screenshot(path) {
      const isWebp = path.endsWith('.webp')
      writeFileSync(
        path,
        isWebp ? await webpOf(page) : await page.screenshot({ animations: 'disabled' }),
      )
    },
    close,
  }
}

/** Playwright takes pictures as PNG or JPEG only. Animations are at their end, as in Playwright's. */
async function webpOf(page) {
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect.getComputedTiming().endTime === Infinity) animation.cancel()
      else animation.finish()
    }
  })
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 40,
    clip: { x: 0, y: 0, ...page.viewportSize(), scale: PIXEL_RATIO },
  })
  await session.detach()
  return Buffer.from(data, 'base64')
}

/** Pixels of the screen for one of CSS */
const PIXEL_RATIO = 2

/** Pages that no phone uses, by their browser: to start one takes longer than most tests. */
const idle = new WeakMap()

async function takePage(browser) {
  const known = idle.get(browser)?.pop()
  if (known) return known
  const context = await browser.newContext({
    deviceScaleFactor: PIXEL_RATIO,
    hasTouch: true,
    isMobile: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return page
}

/** The next phone gets the page as if it were new: what a test can have changed is as it was. */
async function putBack(page) {
  const context = page.context()
  try {
    page.removeAllListeners('pageerror')
    page.removeAllListeners('console')
    await context.unrouteAll({ behavior: 'ignoreErrors' })
    await context.setOffline(false)
    await page.evaluate(() => {
      localStorage.clear()
      sessionStorage.clear()
    })
    await page.goto('about:blank')
  } catch {
    await context.close() // whatever the test did to it, the next one gets another
    return
  }
  const browser = context.browser()
  idle.set(browser, [...(idle.get(browser) ?? []), page])
}

/** The browser of all tests; it is closed when none has wanted it for a while. */
let sharedByTests
let unused

function sharedBrowser(t) {
  clearTimeout(unused)
  sharedByTests ??= launchBrowser()
  const browser = sharedByTests
  t.after(() => {
    unused = setTimeout(async () => {
      sharedByTests = undefined
      await (await browser).close()
    }, UNUSED)
  })
  return browser
}

/** Milliseconds */
const UNUSED = 1_000
