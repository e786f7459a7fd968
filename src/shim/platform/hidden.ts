/**
 * State of objects that a page holds. Pages and their frameworks walk, copy and wrap such objects: JSON,
 * `setData`, deep copies, the getters of Vue 2, the deep proxies of Vue 3. So whatever leads into this
 * library is kept where none of them reaches it:
 *
 * - the property is not enumerable, and its key is a symbol: no walk and no copy finds it;
 * - its value is a function that returns the state: a reactive proxy wraps objects but no functions, so
 *   that methods which are called on a proxy work on the state itself, and identity holds there.
 *
 * A WeakMap or a private field would not do: both are looked up by `this`, which may be the proxy.
 */

/** The key of the function that returns an object's state. */
export const INNER: unique symbol = Symbol('inner')

/** Gives an object its state. */
export function setInner<T>(owner: { readonly [INNER]: () => T }, inner: T): void {
  hide(owner, INNER, () => inner)
}

/** Defines a property that is not enumerable. */
export function hide(owner: object, key: PropertyKey, value: unknown): void {
  // a proxy must return the very value of a property that is neither configurable nor writable
  Object.defineProperty(owner, key, { value, configurable: true, writable: true })
}
