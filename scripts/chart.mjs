/** Line charts as SVG, beside each other. */

const WIDTH = 360
const HEIGHT = 260
const LEFT = 48
const TOP = 40
const RIGHT = WIDTH - 12
const BOTTOM = HEIGHT - 40

/**
 * Each chart: `{title, x: label, y: label, series: [{name, color, points: [[x, y], …]}]}`. With
 * `logarithmic` both axes are, in steps of ten: what grows as its cause does rises by 45 degrees.
 */
export function charts(all) {
  const width = WIDTH * all.length
  const drawn = all.map(
    (chart, at) => `<g transform="translate(${at * WIDTH} 0)">\n${draw(chart)}\n</g>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${HEIGHT}" fill="white"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function draw({ title, x, y, series, logarithmic = false }) {
  const points = series.flatMap(one => one.points)
  const axis = logarithmic ? decades : linear
  const across = axis(
    points.map(([at]) => at),
    false,
  )
  const up = axis(
    points.map(([, value]) => value),
    true,
  )
  const atX = value => LEFT + (RIGHT - LEFT) * across.part(value)
  const atY = value => BOTTOM - (BOTTOM - TOP) * up.part(value)
  const lines = [
    `<text x="${LEFT}" y="16" font-size="13" font-weight="bold">${title}</text>`,
    `<text x="${LEFT}" y="31" fill="#666">${y}</text>`,
    `<text x="${RIGHT}" y="${HEIGHT - 8}" text-anchor="end" fill="#666">${x}</text>`,
  ]
  for (const value of up.marks) {
    const height = atY(value).toFixed(1)
    lines.push(
      `<line x1="${LEFT}" x2="${RIGHT}" y1="${height}" y2="${height}" stroke="#ddd"/>`,
      `<text x="${LEFT - 5}" y="${(atY(value) + 4).toFixed(1)}" text-anchor="end">${short(value)}</text>`,
    )
  }
  for (const value of across.marks) {
    lines.push(
      `<text x="${atX(value).toFixed(1)}" y="${BOTTOM + 15}" text-anchor="middle">${short(value)}</text>`,
    )
  }
  for (const [at, { name, color, points: line }] of series.entries()) {
    const path = line.map(([a, b]) => `${atX(a).toFixed(1)},${atY(b).toFixed(1)}`).join(' ')
    lines.push(
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
      `<text x="${RIGHT}" y="${TOP + 12 + 14 * at}" text-anchor="end" fill="${color}">${name}</text>`,
    )
  }
  return lines.join('\n')
}

/** From 0; with room above for the names of the lines, if so asked. */
function linear(values, roomy) {
  const most = Math.max(...values)
  const end = roomy ? rounded(most) : most
  return { part: value => value / end, marks: [0, 1, 2, 3, 4].map(part => (end * part) / 4) }
}

function decades(values) {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))))
  const marks = Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at))
  return { part: value => (Math.log10(value) - first) / (last - first), marks }
}

/** The next of 1, 2, 4, 10, 20, … that leaves room for the names of the lines. */
function rounded(value) {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 10, 20].map(factor => factor * power).find(limit => limit >= value * 1.15)
}

function short(value) {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(2))}M`
  if (value >= 1e3) return `${Number((value / 1e3).toFixed(1))}k`
  return `${Number(value.toFixed(1))}`
}
