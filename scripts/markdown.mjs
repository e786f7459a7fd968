/** Pieces of the pages that commands write. */

/** A table whose first column is text and whose others are figures; or all are text. */
export function table(heads, rows, { figures = true } = {}) {
  const rule = heads.map((_, at) => (figures && at ? '--:' : '---'))
  return [heads, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** A number with its thousands apart. */
export function grouped(number) {
  return number.toLocaleString('en-US')
}
