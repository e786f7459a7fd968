/** Clocks that jump, and timers that do not ring. */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** Somebody sets the clock by so much, and nobody sets it back. */
const set = (name, ms) => ({
  name: `the clock is set ${name}`,
  begin: ({ clock }) => clock.set(ms),
})

/** No timer rings for so long, as in the background, with or without a word. */
const frozen = (name, ms, { told }) => ({
  name,
  begin({ clock, fake, server }) {
    if (told) fake.hide()
    clock.freeze(ms)
    if (ms > 90_000) server.hangUp() // it has heard nothing for more than 1.5 times keep alive
    if (told) fake.show()
  },
})

export const CLOCKS = [
  set('forward by a minute', MINUTE),
  set('forward by an hour', HOUR),
  set('forward by a day', DAY),
  set('forward by 30 years', 30 * YEAR),
  set('back by a second', -1000),
  set('back by a minute', -MINUTE),
  set('back by an hour', -HOUR),
  set('back by 30 years', -30 * YEAR),
  {
    name: 'the clock jumps forward and back every second',
    begin({ clock }) {
      let isOver = false
      let ahead = false
      const jump = () => {
        if (isOver) return
        ahead = !ahead
        clock.set(ahead ? HOUR : -HOUR)
        clock.setTimeout(jump, 1000)
      }
      jump()
      return () => {
        isOver = true
      }
    },
  },
  {
    name: 'the clock stands still',
    begin({ phone, clock, server }) {
      const date = phone.run('Date')
      const { now } = date
      const stopped = clock.now
      date.now = () => stopped
      return () => {
        date.now = now
        server.hangUp()
      }
    },
  },
  frozen('3 s in the background', 3_000, { told: true }),
  frozen('40 minutes in the background', 40 * MINUTE, { told: true }),
  frozen('timers stop for 20 s, without a word', 20_000, { told: false }),
  frozen('timers stop for 40 minutes, without a word', 40 * MINUTE, { told: false }),
  {
    name: 'timers ring 3 s late',
    begin({ phone }) {
      const context = phone.run('globalThis')
      const { setTimeout } = context
      context.setTimeout = (run, delay) => setTimeout(run, delay + 3_000)
      return () => {
        context.setTimeout = setTimeout
      }
    },
  },
  {
    name: 'timers ring twice',
    begin({ phone }) {
      const context = phone.run('globalThis')
      const { setTimeout } = context
      context.setTimeout = (run, delay) => {
        const id = setTimeout(run, delay)
        if (delay > 0) setTimeout(run, delay)
        return id
      }
      return () => {
        context.setTimeout = setTimeout
      }
    },
  },
]
