/** Whether a run went as it should: in figures, and in words for what did not. */

/** The report of a run. `failures` is empty if all is well. */
export function judge(bed, fault) {
  const up = bed.up.report
  const down = bed.down.report
  const report = {
    version: bed.version === 5 ? '5.0' : '3.1.1',
    qos: bed.qos,
    sent: up.sent + down.sent,
    received: up.received + down.received,
    lost: [...up.lost, ...down.lost],
    doubled: [...up.doubled, ...down.doubled],
    refused: up.refused,
    inOrder: up.inOrder && down.inOrder,
    recovery: bed.recovery,
    connects: bed.server.connects,
    codes: [...new Set(bed.errors.map(({ code }) => code))],
  }
  report.failures = [
    ...messages(bed, fault, report, [up, down]),
    ...answers(bed),
    ...errors(bed, fault),
    ...connection(bed, fault),
    ...leftovers(bed, fault),
  ]
  return report
}

function* messages({ qos, afterwards, errors }, fault, { lost, doubled, refused, inOrder }, ways) {
  const late = ways.flatMap(({ lost }, at) =>
    lost.filter(payload => +payload.split(' ')[1] >= afterwards[at]),
  )
  const { forgets = 0, unordered } = fault
  if (qos > 0 && lost.length > forgets) yield `lost ${lost.join(', ')}`
  else if (late.length) yield `lost after the fault: ${late.join(', ')}`
  if (qos !== 1 && doubled.length && !(fault.doubles && qos === 0))
    yield `doubled ${doubled.join(', ')}`
  if (qos > 0 && refused.length && !fault.refuses && !errors.some(({ final }) => final))
    yield `refused ${refused.join(', ')}`
  if (!inOrder && !unordered) yield 'out of order'
  const foreign = ways.flatMap(({ foreign }) => foreign)
  if (foreign.length) yield `never sent: ${foreign.join(', ')}`
}

function* answers({ requests }) {
  for (const { what, answers, orphaned } of requests) {
    if (orphaned || answers.length === 1) continue
    yield `the callback of ${what} ran ${answers.length} times`
  }
}

/** Each has a name and says what to do. */
function* errors({ errors, phones }, { tells, told, mostErrors = Infinity }) {
  const named = ({ code, hint }) =>
    (typeof code === 'number' || /^[A-Z_]+$/.test(code)) && typeof hint === 'string' && hint !== ''
  const unnamed = errors.filter(error => !named(error))
  for (const text of new Set(unnamed.map(({ code, message }) => `${code} "${message}"`)))
    yield `no code or hint: ${text}`
  const warnings = phones.flatMap(phone => phone.warnings)
  const causes = errors.filter(({ code }) => code !== 'CLOSED') // says no more than the event
  if (tells && !tells.some(code => causes.some(error => error.code === code)))
    yield `told ${causes[0]?.code ?? 'nothing'}, not ${tells.join(' or ')}`
  if (told && !causes.length && !warnings.length) yield 'it was not told'
  const events = errors.filter(({ via }) => via === 'error').length
  if (events > mostErrors) yield `${events} error events`
}

function* connection({ recovery, closes, mostSockets, client, ended }, { stays }) {
  if (recovery === undefined) yield 'it did not recover'
  if (stays && closes) yield `the connection was closed ${closes} times`
  if (mostSockets > 2) yield `${mostSockets} sockets at once`
  if (client.connected) yield 'connected after the end'
  if (ended !== 1) yield `the callback of end ran ${ended} times`
}

function* leftovers({ phones, phone, clock, server, thrownAtPlatform }, { leaves = [] }) {
  const { fake } = phone
  const left = {
    timers: clock.pending,
    sockets: fake.openSockets.length,
    listeners: fake.listeners,
  }
  for (const [what, count] of Object.entries(left))
    if (count && !leaves.includes(what)) yield `${count} ${what} left`
  const thrown = [...phones.flatMap(({ uncaught }) => uncaught), ...thrownAtPlatform]
  for (const words of new Set(thrown.map(error => error?.message ?? `${error}`)))
    yield `thrown into the platform: ${words}`
  for (const words of [...phones.flatMap(({ violations }) => violations), ...server.violations])
    yield `a rule was broken: ${words}`
}
