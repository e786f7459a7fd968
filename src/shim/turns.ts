/** Turns of the event loop, by the one means that every phone has. */

export function later(run: () => void): void {
  setTimeout(run, 0)
}

/** Runs the application's code; what it throws is thrown again in a turn of its own, to be seen. */
export function guard(run: () => void): void {
  try {
    run()
  } catch (error) {
    later(() => {
      throw error
    })
  }
}
