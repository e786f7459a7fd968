/** The site: the same Markdown as in the repository, in both languages, with a local search. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { anchorOf } from '../../scripts/docs/page.mjs'
import { REWRITES, linkPages, sidebar } from './pages.mjs'

export default defineConfig({
  title: 'mqtt-miniprogram',
  srcDir: '..',
  srcExclude: ['{bench,demo,examples,fuzz,miniprogram,pkg,scripts,site,src,target,tests}/**'],
  outDir: '../target/site',
  cacheDir: '../target/site-cache',
  rewrites: REWRITES,
  vite: {
    plugins: [vueOfThisFolder()],
    server: { watch: { ignored: ['**/{fuzz,pkg,src,target,tests}/**'] } },
  },
  markdown: {
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    headers: { slugify: anchorOf },
    config: linkPages,
    languageAlias: { wxml: 'html', conf: 'ini' },
  },
  locales: {
    root: {
      label: '中文',
      lang: 'zh-CN',
      description: '微信小程序的 MQTT 客户端，可以直接替换 mqtt.min.js',
      themeConfig: {
        nav: [
          { text: '5 分钟上手', link: '/docs/quickstart' },
          { text: '选项', link: '/docs/options' },
          { text: '常见问题', link: '/docs/troubleshooting' },
        ],
        sidebar: sidebar('zh'),
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '浅色',
        darkModeSwitchTitle: '深色',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '语言',
      },
    },
    en: {
      label: 'English',
      lang: 'en',
      description: 'An MQTT client for WeChat mini-programs that takes the place of mqtt.min.js',
      themeConfig: {
        nav: [
          { text: 'Quick start', link: '/en/docs/quickstart' },
          { text: 'Options', link: '/en/docs/options' },
          { text: 'Troubleshooting', link: '/en/docs/troubleshooting' },
        ],
        sidebar: sidebar('en'),
        outline: { level: [2, 3] },
      },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          // Chinese has no spaces: each character is a term, and a page must have all of them
          options: { tokenize: text => text.toLowerCase().match(/[\w$-]+|\p{Script=Han}/gu) ?? [] },
          searchOptions: { combineWith: 'AND' },
        },
        locales: {
          root: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                displayDetails: '显示详情',
                resetButtonTitle: '清除',
                backButtonTitle: '关闭',
                noResultsText: '没有找到',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
})

/** The pages are outside of this folder, and what they import is inside. */
function vueOfThisFolder() {
  const here = fileURLToPath(import.meta.url)
  return {
    name: 'vue-of-this-folder',
    enforce: 'pre',
    resolveId(id, importer, options) {
      const isOfPage = /^vue(\/|$)/.test(id) && importer?.endsWith('.md')
      return isOfPage ? this.resolve(id, here, { ...options, skipSelf: true }) : undefined
    },
  }
}
