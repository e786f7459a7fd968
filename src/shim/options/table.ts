/**
 * Options of `connect` that have a default, a limit or a meaning for the core: one row each.
 *
 * To add one: a row here; its type in `api.d.ts`; and, for an option of the core, a row in
 * `src/wasm/options.rs` and a field in `src/options.rs`, by the same name in snake_case.
 */
import type { IClientOptions, TokenProvider } from '../api'

interface Row {
  /** What the option is if it was not given */
  readonly fallback: unknown
  /** The largest number that is valid; 0 is the smallest. Numbers are rounded down to whole ones. */
  readonly most?: number
  /** It is passed to the core: a number as it is, all else as the flag whether it is truthy. */
  readonly core?: boolean
}

const UNLIMITED = Number.MAX_SAFE_INTEGER

export const OPTIONS = {
  autoAssignTopicAlias: { fallback: false, core: true },
  autoUseTopicAlias: { fallback: false, core: true },
  clean: { fallback: true },
  connectTimeout: { fallback: 30_000, most: UNLIMITED, core: true }, // milliseconds
  fallback: { fallback: false, core: true },
  keepalive: { fallback: 60, most: 0xffff, core: true }, // seconds
  lifecycle: { fallback: true },
  manualConnect: { fallback: false },
  maxInFlight: { fallback: 100, most: 0xffff, core: true },
  protocolVersion: { fallback: 4 as number },
  queueQoSZero: { fallback: true, core: true },
  reconnectOnConnackError: { fallback: false, core: true },
  reconnectPeriod: { fallback: 1000, most: UNLIMITED, core: true }, // milliseconds
  reschedulePings: { fallback: true },
  resubscribe: { fallback: true, core: true },
  strict: { fallback: false, core: true },
  tokenProvider: { fallback: undefined as TokenProvider | undefined, core: true },
  wasmPath: { fallback: '/utils/mqtt.wasm.br' },
  wsOptions: { fallback: {} as NonNullable<IClientOptions['wsOptions']> },
}

export type OptionName = keyof typeof OPTIONS

/** The options that a client works with: those that have a default are there. */
export type Settings = Omit<IClientOptions, OptionName> & {
  [Name in OptionName]: (typeof OPTIONS)[Name]['fallback']
} & { clientId: string }

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[]

/** A row with all that it may have. */
export function rowOf(name: OptionName): Row {
  return OPTIONS[name]
}

/** The options that the core takes as numbers. */
export const CORE_OPTIONS = OPTION_NAMES.filter(name => rowOf(name).core)

/** An option as the core takes it. */
export function coreValue(value: unknown): number {
  return typeof value === 'number' ? value : value ? 1 : 0
}
