/** Arguments as in Node: options and callbacks that may be left out, and promises of callbacks. */
import { isFunction } from '../payload/value-types'

export interface Arguments<O, C> {
  given: Partial<O>
  callback: C | undefined
}

/** Options and callback, of which the first may have been left out. */
export function split<O extends object, C>(
  options: O | C | null | undefined,
  callback: C | undefined,
): Arguments<O, C> {
  return isFunction(options)
    ? { given: {}, callback: options as C }
    : { given: (options as O | null | undefined) || {}, callback }
}

/** A promise of the second argument of a callback, or of the error that is its first. */
export function promised<T>(
  start: (done: (error?: Error | null, result?: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)))
  })
}

/** In place of a function that the application has not given. */
export function noop(): void {
  // the caller need not ask whether there is one
}
