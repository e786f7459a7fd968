/** Finds what a client throws where nobody catches it on a phone: in callbacks of `wx`, in promises. */

/**
 * Callbacks that the client gives to `wx` and to SocketTasks; what they throw is noted. Gives what
 * guards the callbacks that a function is called with, for functions that come later.
 */
export function guardCallbacks(fake, thrown) {
  const guards = new WeakMap() // a listener is taken off by its identity
  const guarded = value => {
    if (typeof value === 'function') {
      if (!guards.has(value)) {
        const guard = (...args) => attempt(() => value(...args))
        guards.set(value, guard).set(guard, guard)
      }
      return guards.get(value)
    }
    return value
  }
  const attempt = run => {
    try {
      return run()
    } catch (error) {
      thrown(error)
      return undefined
    }
  }
  const option = value => {
    if (typeof value === 'function') return guarded(value)
    if (Object.prototype.toString.call(value) !== '[object Object]') return value
    const callbacks = ['success', 'fail', 'complete'].filter(name => value[name])
    return Object.assign(
      {},
      value,
      Object.fromEntries(callbacks.map(name => [name, guarded(value[name])])),
    )
  }
  const guard =
    call =>
    (...args) =>
      call(...args.map(option))
  const all = functions => {
    for (const [name, call] of Object.entries(functions)) functions[name] = guard(call)
    return functions
  }
  all(fake.wx)
  const watched = fake.watched.bind(fake)
  fake.watched = functions => all(watched(functions))
  return guard
}

/** Runs with unhandled rejections noted, by this function alone. */
export async function withRejections(note, run) {
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', note)
  try {
    await run()
  } finally {
    process.removeListener('unhandledRejection', note)
    for (const other of others) process.on('unhandledRejection', other)
  }
}
