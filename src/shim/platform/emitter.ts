/**
 * Node's EventEmitter, which mini-programs lack. Two differences: a listener that throws does not keep
 * the others from being called, as its error is thrown again in a turn of its own; and there is no limit
 * of listeners.
 */
import { INNER, hide, setInner } from './hidden'
import { rethrow } from './turns'
import { isFunction } from '../payload/value-types'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every event has its own arguments
export type Listener = (...args: any[]) => void

/** Events by name, each as the function type of its listeners. */
export type EventMap<Events> = Record<keyof Events, Listener>

interface Entry {
  readonly listener: Listener
  readonly once: boolean
}

interface Inner {
  /** Events that have listeners. A list is never changed, but replaced: `emit` may be going through it. */
  readonly lists: Map<PropertyKey, Entry[]>
  /** `this` of the listeners */
  readonly owner: object
  readonly changed: ((event: PropertyKey, owner: object) => void) | undefined
}

export class Emitter<Events extends EventMap<Events>> {
  declare readonly [INNER]: () => Inner

  /**
   * `owner` is `this` of the listeners, by default the emitter. `changed` is called with the name of an
   * event, and the owner, whenever its listeners have changed.
   */
  constructor(owner?: object, changed?: Inner['changed']) {
    setInner<Inner>(this, { lists: new Map(), owner: owner || this, changed })
  }

  on<E extends keyof Events>(event: E, listener: Events[E]): this {
    return add(this, event, listener)
  }

  once<E extends keyof Events>(event: E, listener: Events[E]): this {
    return add(this, event, listener, true)
  }

  addListener<E extends keyof Events>(event: E, listener: Events[E]): this {
    return this.on(event, listener)
  }

  prependListener<E extends keyof Events>(event: E, listener: Events[E]): this {
    return add(this, event, listener, false, true)
  }

  prependOnceListener<E extends keyof Events>(event: E, listener: Events[E]): this {
    return add(this, event, listener, true, true)
  }

  /** Removes a listener; of several equal ones the last, as Node does. */
  off<E extends keyof Events>(event: E, listener: Events[E]): this {
    const inner = this[INNER]()
    const last = listOf(inner, event)
      .filter(entry => entry.listener === listener)
      .pop()
    if (last) remove(inner, event, last)
    return this
  }

  removeListener<E extends keyof Events>(event: E, listener: Events[E]): this {
    return this.off(event, listener)
  }

  removeAllListeners(event?: keyof Events): this {
    const inner = this[INNER]()
    for (const name of event === undefined ? this.eventNames() : [event]) replace(inner, name, [])
    return this
  }

  /** Calls the present listeners in their order; returns whether there were any. */
  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): boolean {
    const inner = this[INNER]()
    const list = inner.lists.get(event)
    if (!list) return false
    for (let at = 0; at < list.length; at++) {
      const entry = list[at]!
      if (entry.once) remove(inner, event, entry)
      try {
        entry.listener.apply(inner.owner, args)
      } catch (error) {
        rethrow(error)
      }
    }
    return true
  }

  listeners(event: keyof Events): Listener[] {
    return listOf(this[INNER](), event).map(({ listener }) => listener)
  }

  rawListeners(event: keyof Events): Listener[] {
    return this.listeners(event)
  }

  listenerCount(event: keyof Events): number {
    return listOf(this[INNER](), event).length
  }

  eventNames(): Array<string | symbol> {
    return Array.from(this[INNER]().lists.keys()) as Array<string | symbol>
  }

  /** Has no effect: there is no limit. */
  setMaxListeners(_count: number): this {
    return this
  }

  getMaxListeners(): number {
    return Infinity
  }
}

/**
 * Gives a class the methods of an emitter that each of its objects has, except those that it defines
 * itself. Methods that return the emitter return the object that they were called on.
 */
export function delegateToEmitter<T extends object>(
  prototype: T,
  emitterOf: (owner: T) => object,
): void {
  for (const name of Object.getOwnPropertyNames(Emitter.prototype)) {
    if (name in prototype) continue // the constructor is, too
    hide(prototype, name, function (this: T, ...args: unknown[]) {
      const emitter = emitterOf(this) as Record<string, (...args: unknown[]) => unknown>
      const result = emitter[name]!(...args)
      return result === emitter ? this : result
    })
  }
}

function add<E extends { readonly [INNER]: () => Inner }>(
  emitter: E,
  event: PropertyKey,
  listener: Listener,
  once = false,
  first = false,
): E {
  if (!isFunction(listener)) {
    throw new TypeError('The "listener" argument must be of type function')
  }
  const inner = emitter[INNER]()
  const list = listOf(inner, event)
  const added: Entry[] = [{ listener, once }]
  replace(inner, event, first ? added.concat(list) : list.concat(added))
  return emitter
}

function listOf({ lists }: Inner, event: PropertyKey): Entry[] {
  return lists.get(event) || []
}

function remove(inner: Inner, event: PropertyKey, removed: Entry): void {
  const rest = listOf(inner, event).filter(entry => entry !== removed)
  replace(inner, event, rest)
}

function replace({ lists, owner, changed }: Inner, event: PropertyKey, list: Entry[]): void {
  if (list.length) lists.set(event, list)
  else lists.delete(event)
  if (changed) changed(event, owner)
}
