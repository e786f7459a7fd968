/** A page of Markdown, as far as the checks of the docs need it. */

/**
 * @typedef {object} Page
 * @property {string} path relative to the repository
 * @property {{ line: number, language: string, marker: string, text: string }[]} blocks fenced code;
 *   `marker` is the second word of its info string
 * @property {{ line: number, target: string }[]} links
 * @property {{ line: number, target: string }[]} images
 * @property {{ line: number, text: string }[]} spans inline code
 * @property {{ line: number, level: number, anchor: string }[]} headings
 */

/** @returns {Page} */
export function parsePage(path, markdown) {
  const { blocks, prose } = separate(markdown)
  const found = pattern =>
    prose.flatMap(({ line, text }) =>
      [...text.matchAll(pattern)].map(match => ({ line, match: match.slice(1) })),
    )
  const targets = (...patterns) =>
    patterns.flatMap(found).map(({ line, match: [target] }) => ({ line, target }))
  return {
    path,
    blocks,
    images: targets(/!\[[^\]]*\]\(([^)\s]+)\)/g, /<img [^>]*src="([^"]+)"/g),
    links: targets(
      /(?<!!)\[(?:[^\][]|!\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)\)/g,
      /<a [^>]*href="([^"]+)"/g,
    ),
    spans: found(/(?<!`)`([^`]+)`(?!`)/g).map(({ line, match: [text] }) => ({ line, text })),
    headings: headingsOf(prose),
  }
}

/** The anchor that GitHub gives to a heading. */
export function anchorOf(heading) {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replace(/ /g, '-')
}

/** Code blocks, and the lines between them. */
function separate(markdown) {
  const blocks = []
  const prose = []
  let block
  markdown.split('\n').forEach((text, at) => {
    const line = at + 1
    const [, indent, fence, language, marker] = /^([> ]*)(```+)(\S*) *(.*)$/.exec(text) ?? []
    if (block && fence === block.fence && !language) {
      blocks.push({ ...block, text: block.lines.join('\n') })
      block = undefined
    } else if (block) block.lines.push(text.slice(block.indent))
    else if (fence) block = { line, fence, language, marker, indent: indent.length, lines: [] }
    else prose.push({ line, text })
  })
  return { blocks, prose }
}

function headingsOf(prose) {
  const used = new Map()
  return prose.flatMap(({ line, text }) => {
    const [, marks, title] = /^(#+) +(.*?) *$/.exec(text) ?? []
    if (!marks) return []
    const anchor = anchorOf(title)
    const before = used.get(anchor) ?? 0
    used.set(anchor, before + 1)
    return { line, level: marks.length, anchor: before ? `${anchor}-${before}` : anchor }
  })
}
