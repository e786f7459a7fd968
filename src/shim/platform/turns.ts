/** Turns of the event loop, by the one means that every phone has, and errors that surface in one. */

/** Runs in a turn of its own. */
export function defer(run: () => void): void {
  setTimeout(run, 0)
}

/**
 * Runs code of the application or the platform. What it throws does not disturb the caller; it is thrown
 * again in a turn of its own, where the developer sees it.
 */
export function guard(run: () => void): void {
  try {
    run()
  } catch (error) {
    rethrow(error)
  }
}

/** Throws in a turn of its own. */
export function rethrow(error: unknown): void {
  defer(() => {
    throw error
  })
}
