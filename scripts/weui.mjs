/**
 * Makes miniprogram/styles/weui.wxss of npm's weui-wxss, WeChat's own styles: the rules for the
 * classes that the example app uses, and the variables that those rules use. The whole would be
 * 166 KB of the 2 MB that a mini-program may have.
 *
 *     node scripts/weui.mjs
 *
 * In the original, a page asks for the dark theme by an attribute on each of its roots. Here it
 * follows the phone, by the media query that WeChat has for it. Font sizes are in rem, which follow
 * WeChat's font size in a page with <page-meta root-font-size="system">.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postcss from 'postcss'
import selectorParser from 'postcss-selector-parser'

const ROOT = join(import.meta.dirname, '..')
const SOURCE = join(ROOT, 'node_modules/weui-wxss/dist/style/weui.wxss')
const MINIPROGRAM = join(ROOT, 'miniprogram')
export const TARGET = join(MINIPROGRAM, 'styles/weui.wxss')

/** Pixels of WeChat's standard font size. */
const STANDARD_FONT_SIZE = 16

const DARK = '[data-weui-theme="dark"]'

const HEADER = `/*!
 * WeUI 2.6.26 (https://github.com/weui/weui-wxss), the part that this mini-program uses
 * Copyright 2026 Tencent, Inc.
 * Licensed under the MIT license, see weui.LICENSE.txt
 * Made by scripts/weui.mjs: change that, not this.
 */
`

/** The text of the style sheet. */
export function makeStyleSheet() {
  const used = textsOf(/\.(wxml|js)$/).flatMap(text => text.match(/weui-[\w-]+/g) ?? [])
  const root = postcss.parse(readFileSync(SOURCE, 'utf8'))
  root.walkComments(comment => comment.remove())
  root.walkRules(rule => keepUsed(rule, new Set(used)))
  root.walkAtRules(rule => {
    if (rule.name !== 'keyframes' && rule.nodes?.length === 0) rule.remove()
  })
  root.walkDecls('font-size', scaleFont)
  dropUnused(root)
  return HEADER + root.toString().replaceAll('}', '}\n').replaceAll(/\n+/g, '\n')
}

function keepUsed(rule, used) {
  if (rule.parent.name?.endsWith('keyframes')) return
  if (rule.selector.includes(DARK)) return makeDark(rule)
  const kept = rule.selectors.filter(selector => isUsed(selector, used))
  if (kept.length === 0) rule.remove()
  else rule.selectors = kept
}

/** Variables of the dark theme: for the whole page, if the phone is dark. */
function makeDark(rule) {
  if (rule.selector !== DARK) return rule.remove()
  const dark = postcss.parse('@media (prefers-color-scheme: dark){page{}}').first
  dark.first.append(rule.nodes)
  rule.replaceWith(dark)
}

/** All classes that it needs are used, and it needs nothing that a mini-program has not. */
function isUsed(selector, used) {
  let isKept = true
  let classes = 0
  selectorParser(root => {
    root.walkPseudos(pseudo => {
      if (pseudo.value === ':visited' || /^::-webkit/.test(pseudo.value)) isKept = false
      if (pseudo.value === ':not') pseudo.remove()
    })
    root.walkClasses(({ value }) => {
      classes += 1
      if (!used.has(value)) isKept = false
    })
    root.walkAttributes(({ attribute }) => {
      if (/^data-weui-(theme|mode)$/.test(attribute)) isKept = false
    })
    root.walkTags(({ value }) => {
      if (!['page', 'button', 'input', 'textarea', 'view', 'text'].includes(value)) isKept = false
      if (value === 'page') classes += 1
    })
  }).processSync(selector)
  return isKept && classes > 0
}

function scaleFont(declaration) {
  declaration.value = declaration.value.replace(
    /^(\d+)px$/,
    (_, pixels) => `${Number(pixels) / STANDARD_FONT_SIZE}rem`,
  )
}

/** Variables and animations that nothing refers to, until there are none left. */
function dropUnused(root) {
  for (let dropped = true; dropped;) {
    dropped = false
    const text = root.toString() + textsOf(/\.wxss$/).join('')
    const refers = new Set(text.match(/var\(\s*--[\w-]+/g)?.map(use => use.replace(/var\(\s*/, '')))
    root.walkDecls(/^--/, declaration => {
      if (refers.has(declaration.prop)) return
      declaration.remove()
      dropped = true
    })
    root.walkAtRules(/keyframes$/, rule => {
      if (new RegExp(`animation[^;}]*\\b${rule.params}\\b`).test(text)) return
      rule.remove()
      dropped = true
    })
  }
  root.walkRules(rule => {
    if (rule.nodes.length === 0) rule.remove()
  })
  root.walkAtRules('media', rule => {
    if (rule.nodes.length === 0) rule.remove()
  })
}

function textsOf(pattern) {
  return readdirSync(MINIPROGRAM, { recursive: true })
    .filter(path => pattern.test(path) && !path.startsWith('utils') && !path.endsWith('weui.wxss'))
    .map(path => readFileSync(join(MINIPROGRAM, path), 'utf8'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, makeStyleSheet())
