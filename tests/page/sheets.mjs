/**
 * Puts the pictures that the tests of the app have left in target/screens/ on one sheet a page, for the
 * docs: light, dark, 320 px, a large font, an error, reconnecting.
 *
 *     node --test-name-pattern=looks tests/page/run.mjs && node tests/page/sheets.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchBrowser } from './browser-phone.mjs'
import { webp } from './webp.mjs'

const ROOT = join(import.meta.dirname, '../..')

/** Bytes that a picture of the docs may have; the best of these qualities that fits is taken. */
const LARGEST = 60_000
const QUALITIES = [0.8, 0.7, 0.6, 0.5, 0.4]

/** CSS pixels; a narrow phone is drawn to the same scale. */
const SCALE = 0.56

const SHEETS = {
  index: [
    'index-offline-light',
    'index-online-light',
    'index-online-dark',
    'index-reconnecting-light',
    'index-reconnecting-large-font',
    'index-online-narrow',
  ],
  console: [
    'console-messages-light',
    'console-json-dark',
    'console-error-light',
    'console-reconnecting-light',
    'console-messages-large-font',
    'console-messages-narrow',
  ],
  diagnosis: [
    'diagnosis-ready-light',
    'diagnosis-passed-light',
    'diagnosis-passed-dark',
    'diagnosis-failed-light',
    'diagnosis-failed-large-font',
    'diagnosis-failed-narrow',
  ],
}

const browser = await launchBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1300, height: 600 } })
  for (const [name, pictures] of Object.entries(SHEETS)) {
    await page.setContent(sheetOf(pictures.map(imageOf)))
    await page.evaluate(() => Promise.all([...document.images].map(image => image.decode())))
    const png = await page.locator('main').screenshot()
    const file = `docs/images/states-${name}.webp`
    const picture = await smallEnough(page, png)
    writeFileSync(join(ROOT, file), picture)
    console.log(`${file}: ${picture.length} bytes`)
  }
} finally {
  await browser.close()
}

function imageOf(name) {
  const bytes = readFileSync(join(ROOT, `target/screens/${name}.webp`))
  return `data:image/webp;base64,${bytes.toString('base64')}`
}

/** The pictures have two pixels for one of CSS. */
function sheetOf(images) {
  const style = `body { margin: 0; background: #fff }
    main { display: inline-flex; gap: 10px; align-items: flex-start; padding: 2px }
    img { zoom: ${SCALE / 2}; border: 2px solid #b2b2b2; border-radius: 40px }`
  return `<style>${style}</style><main>${images.map(src => `<img src="${src}">`).join('')}</main>`
}

async function smallEnough(page, png) {
  for (const quality of QUALITIES) {
    const picture = await webp(page, png, quality)
    if (picture.length < LARGEST) return picture
  }
  throw new Error(`no quality makes the sheet smaller than ${LARGEST} bytes`)
}
