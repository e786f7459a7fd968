/** Pictures small enough for the docs: WebP takes a quarter of a PNG. */

/**
 * Has the browser encode a PNG as WebP.
 * @param {import('playwright-core').Page} page any that may show images of data: URLs
 * @param {Buffer} png
 * @param {number} quality 0 to 1
 * @returns {Promise<Buffer>}
 */
export async function webp(page, png, quality) {
  const url = await page.evaluate(
    async ([base64, quality]) => {
      const image = new Image()
      image.src = `data:image/png;base64,${base64}`
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      canvas.getContext('2d').drawImage(image, 0, 0)
      return canvas.toDataURL('image/webp', quality)
    },
    [png.toString('base64'), quality],
  )
  return Buffer.from(url.split(',')[1], 'base64')
}
