/**
 * Makes the README's picture of the playground: a phone that has been 40 minutes in the background,
 * and has got what was published meanwhile.
 *
 *     node tests/page/picture.mjs docs/images/playground.webp
 */
import { writeFileSync } from 'node:fs'
import { startPlayground } from '../../demo/playground/server.mjs'
import { launchBrowser } from './browser-phone.mjs'
import { webp } from './webp.mjs'

/** Bytes that a picture in the README may have. */
const LARGEST = 60_000
const QUALITY = 0.45

const [file] = process.argv.slice(2)
const playground = await startPlayground({ port: 8090 })
const browser = await launchBrowser()
try {
  const page = await browser.newPage({
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  await page.goto(playground.page)
  await play(page)
  const picture = await webp(page, await page.screenshot(), QUALITY)
  if (picture.length > LARGEST) throw new Error(`the picture has ${picture.length} bytes`)
  writeFileSync(file, picture)
  console.log(`${file}: ${picture.length} bytes`)
} finally {
  await browser.close()
  playground.close()
}

async function play(page) {
  const app = page.frameLocator('figure[data-phone=a] iframe')
  const rows = name => page.locator(`.row[data-name=${name}]`)
  await app.locator('#pops-up').click()
  await app.locator('#token').click()
  await app.locator('#expiry', { hasText: '有效至' }).waitFor()
  await app.locator('#connect:not([disabled])').click()
  await rows('connack').waitFor()
  await app.locator('#qos select').selectOption('1')
  await app.locator('#subscribe').click()
  await rows('suback').waitFor()
  await page.locator('[data-switch=background40min]').click()
  await rows('suspend').waitFor()
  await page.locator('.backend .payload').fill('18.5 °C')
  await page.locator('[data-action=publish]').click()
  const message = app.locator('.line.in', { hasText: '18.5 °C' })
  await message.waitFor()
  await message.evaluate(line => line.scrollIntoView({ block: 'end' }))
  await app.locator('.toast').waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
}
