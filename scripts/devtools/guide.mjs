/**
 * The buttons of the vendor's guide, tapped by WeChat's automator. Each step is over when the page's data
 * say so, and the steps after one that failed are not tried.
 */

const PAGE = 'pages/index/index'

/** Milliseconds that a step may take, and between two looks at the page. */
const LIMIT = 30_000
const LOOK = 100

/**
 * Each step's button, and what its data are once it is done; `lines` are the lines of the log that were
 * added by the step.
 */
const STEPS = [
  { button: 'token', name: '获取Token', isDone: ({ expiry }) => expiry !== '' },
  { button: 'connect', name: '连接', isDone: ({ state }) => state.name === 'online' },
  { button: 'subscribe', name: '订阅', isDone: (_, lines) => says(lines, '订阅主题成功') },
  {
    button: 'publish',
    name: '发布',
    isDone: ({ payload }, lines) => lines.some(line => line.kind === 'in' && line.text === payload),
  },
  { button: 'unsubscribe', name: '取消订阅', isDone: (_, lines) => says(lines, '取消订阅成功') },
  { button: 'disconnect', name: '断开', isDone: ({ state }) => state.name === 'offline' },
]

/**
 * @param {import('miniprogram-automator').MiniProgram} miniProgram
 * @returns {Promise<{steps: Array<{name: string, ms?: number, failure?: string, skipped?: boolean}>,
 *   complaints: string[]}>} `complaints` are errors of the console
 */
export async function walkGuide(miniProgram) {
  const complaints = []
  miniProgram.on('exception', ({ message, stack }) => complaints.push(stack ?? message))
  miniProgram.on('console', ({ type, args }) => type === 'error' && complaints.push(args.join(' ')))
  // a modal waits for a person
  await miniProgram.mockWxMethod('showModal', { errMsg: 'showModal:ok', confirm: true })
  try {
    return { steps: await walk(await guideOf(miniProgram)), complaints }
  } finally {
    await miniProgram.restoreWxMethod('showModal')
  }
}

async function guideOf(miniProgram) {
  const page = await miniProgram.currentPage()
  return page.path === PAGE ? page : miniProgram.switchTab(`/${PAGE}`)
}

async function walk(page) {
  // what comes back can be nobody else's
  await (await page.$('#payload')).input(`from DevTools at ${new Date().toISOString()}`)
  const steps = []
  for (const { button, name, isDone } of STEPS) {
    const element = await page.$(`#${button}`)
    const skipped = !element || steps.some(({ failure }) => failure)
    steps.push({ name, ...(skipped ? { skipped } : await step(page, element, isDone)) })
  }
  return steps
}

async function step(page, element, isDone) {
  const started = Date.now()
  const known = new Set(linesOf(await page.data()).map(({ id }) => id))
  await element.tap()
  while (Date.now() - started < LIMIT) {
    const data = await page.data()
    const lines = linesOf(data).filter(({ id }) => !known.has(id))
    if (isDone(data, lines)) return { ms: Date.now() - started }
    const errors = lines.filter(({ kind }) => kind === 'err')
    if (errors.length > 0) return { failure: errors.map(({ text }) => text).join(' ') }
    await new Promise(done => setTimeout(done, LOOK))
  }
  return { failure: `没有完成 not done after ${LIMIT / 1000} s` }
}

function says(lines, text) {
  return lines.some(line => line.kind === 'sys' && line.text.startsWith(text))
}

function linesOf({ log }) {
  return log.order.flatMap(block => log.blocks[block]).filter(Boolean)
}
