/**
 * WXSS to CSS: `view` becomes `wx-view`, the tag in the DOM; rpx become vw. 100vh are the height of
 * the page without the bars around it.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import postcss from 'postcss'
import postcssImport from 'postcss-import'
import pxToViewport from 'postcss-px-to-viewport-8-plugin'
import selectorParser from 'postcss-selector-parser'

/**
 * @param {string} file
 * @param {{scope?: string}} options `scope` is that of a component, whose classes are its own
 */
export async function compileStyle(file, { scope }) {
  const plugins = [
    postcssImport({ resolve: (id, base) => resolve(base, id) }),
    wxSelectors(scope),
    pageHeights,
    pxToViewport({
      unitToConvert: 'rpx',
      viewportWidth: 750,
      unitPrecision: 5,
      minPixelValue: -Infinity,
      mediaQuery: false,
    }),
  ]
  const { css } = await postcss(plugins).process(readFileSync(file, 'utf8'), { from: file })
  return css
}

const pageHeights = {
  postcssPlugin: 'page-heights',
  Declaration(declaration) {
    declaration.value = declaration.value.replace(
      /\b(\d+)vh\b/g,
      (_, share) => `calc(var(--page-height) * ${share} / 100)`,
    )
  },
}

function wxSelectors(scope) {
  const seen = new WeakSet()
  const change = selectorParser(root => {
    root.walkTags(tag => (tag.value = `wx-${tag.value}`))
    if (!scope) return
    root.walkClasses(name => (name.value = `${scope}--${name.value}`))
    root.walkPseudos(pseudo => {
      if (pseudo.value !== ':host') return
      pseudo.replaceWith(
        selectorParser.attribute({ attribute: 'wx-host', value: scope, quoteMark: '"', raws: {} }),
      )
    })
  })
  return {
    postcssPlugin: 'wx-selectors',
    Rule(rule) {
      if (seen.has(rule) || rule.parent?.name?.endsWith('keyframes')) return
      seen.add(rule)
      rule.selector = change.processSync(rule.selector)
    },
  }
}
