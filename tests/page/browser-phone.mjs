/** A phone for tests: the mini-program in headless Chromium, and what a person does and sees on it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
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
 * @param {{root: string, replaced: Record<string, string>, trusted?: string}} options `replaced` as in
 *   `buildMiniprogram`; `trusted` is a digest of a certificate's key that Chromium is to trust
 */
export async function startPhone({ root, replaced, trusted }) {
  const built = mkdtempSync(join(tmpdir(), 'mqtt-page-'))
  await buildMiniprogram({ root, out: built, replaced })
  const { server, port } = await serve({ built, root })
  const browser = await launchBrowser(
    trusted ? [`--ignore-certificate-errors-spki-list=${trusted}`] : [],
  )
  const context = await browser.newContext({
    viewport: { width: 375, height: 812 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const complaints = []
  page.on('pageerror', error => complaints.push(error.stack))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const close = async () => {
    await browser.close()
    server.close()
    server.closeAllConnections()
    rmSync(built, { recursive: true })
  }
  try {
    await page.goto(`http://127.0.0.1:${port}/app.html`)
    await page.locator('#token').waitFor()
  } catch (error) {
    await close()
    throw new Error(`The page does not show: ${error.message}\n${complaints.join('\n')}`)
  }

  return {
    /** Errors that the page or the simulator wrote to the console. */
    complaints,
    tap: id => page.locator(`#${id}`).tap(),
    type: (id, text) => page.locator(`#${id} input`).fill(text),
    chooseQos: qos => page.locator('#qos select').selectOption(String(qos)),
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
    state: text => page.locator('#state', { hasText: text }).waitFor(),
    /** Waits for a line of the log; `kind` is in, out, sys or err. */
    line: (kind, text) => page.locator(`.line.${kind}`, { hasText: text }).first().waitFor(),
    /** The texts of the log's lines of a kind. */
    lines: kind => page.locator(`.line.${kind} .text`).allInnerTexts(),
    /** Takes the app to the background, and back. */
    hide: () => page.evaluate(() => self.simulator.hide()),
    show: () => page.evaluate(() => self.simulator.show()),
    async restart() {
      await page.reload()
      await page.locator('#token').waitFor()
    },
    /** Asks the logic layer: `data` of its page, or for what the app's function `probe` returns. */
    look: what => page.evaluate(what => self.simulator.look(what), what),
    screenshot: path => page.screenshot({ path }),
    close,
  }
}
