/** The targets and how they are met, and what is known of those that are not. */
import { grouped, table } from '../markdown.mjs'
import { label, number, part } from './names.mjs'
import { reasons } from './reasons.mjs'

/** One row a kind of figure and engine. */
export function targets(text, all) {
  const groups = new Map()
  for (const goal of all) {
    const name = groupName(text, goal)
    groups.set(name, [...(groups.get(name) ?? []), goal])
  }
  const rows = [...groups].map(([name, members]) => {
    const met = members.filter(goal => goal.met).length
    const worst = members.reduce((one, other) => (over(one) > over(other) ? one : other))
    const single = members.length === 1
    return [
      name,
      single ? written(worst, worst.limit) : '',
      single ? written(worst, worst.value) : worstOf(text, worst),
      single ? (met ? text.met : `**${text.notMet}**`) : text.ofRows(met, members.length),
    ]
  })
  return table([text.target, text.limit, text.worst, ''], rows, {
    figures: false,
  })
}

/** Each figure that misses its target and by how much, and below them why. */
export function missed(language, text, all, report) {
  const failed = all.filter(goal => !goal.met)
  if (failed.length === 0) return [text.allMet]
  const rows = failed.map(goal => [
    text.shortEngine[goal.subject[0]] ?? '',
    nameOf(text, goal),
    written(goal, goal.limit),
    written(goal, goal.value),
    goal.kind === 'growth' ? '—' : `${Math.round((over(goal) - 1) * 100)} %`,
  ])
  const found = reasons(language, failed, report)
  const unexplained = failed.filter(goal => !found.some(({ goals }) => goals.includes(goal)))
  const paragraphs = found.map(({ title, sentences }) => `**${title}** ${sentences}`)
  if (unexplained.length) {
    const names = unexplained
      .map(goal =>
        [text.shortEngine[goal.subject[0]], nameOf(text, goal)].filter(Boolean).join(text.comma),
      )
      .join(text.semicolon)
    paragraphs.push(`${names}${text.colon}${text.unexplained}`)
  }
  return [table(text.missedHeads, rows, { figures: false }), ...paragraphs]
}

function nameOf(text, { kind, subject: [, row] }) {
  const name = text.kind[kind] ?? text.group[kind]
  return row ? `${detail(text, row)}${text.colon}${name}` : name
}

/** The name of a message or of a curve. */
function detail(text, row) {
  return text.curves[row] ?? label(text, row)
}

function groupName(text, { kind, subject: [engine] }) {
  return engine ? `${text.shortEngine[engine]}${text.colon}${text.group[kind]}` : text.group[kind]
}

function worstOf(text, goal) {
  const [, row] = goal.subject
  const value = `${written(goal, goal.value)} ${goal.met ? '≤' : '>'} ${written(goal, goal.limit)}`
  return `${detail(text, row)}${text.colon}${value}`
}

/** How many times its limit a figure is; that of a curve may be below 0. */
function over({ kind, value, limit }) {
  return kind === 'growth' ? 1 + value - limit : value / limit
}

function written({ kind }, value) {
  if (['linear', 'package', 'fallback'].includes(kind)) return grouped(value)
  if (kind === 'heap') return `${number(value * 100)} %`
  return part(value)
}
