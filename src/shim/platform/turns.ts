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

/** Resolves after so many milliseconds. */
export function after(time: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, time))
}

/** A promise of what `run` returns. What it throws becomes a rejection. */
export function promiseOf<T>(run: () => T | PromiseLike<T>): Promise<T> {
  return new Promise(resolve => resolve(run()))
}

/** Rejects with `late()` if the promise is not settled within so many milliseconds. */
export function within<T>(time: number, promise: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), time)
    const stop = (): void => clearTimeout(timer)
    promise.then(stop, stop)
    promise.then(resolve, reject)
  })
}

/** Throws in a turn of its own. */
export function rethrow(error: unknown): void {
  defer(() => {
    throw error
  })
}
