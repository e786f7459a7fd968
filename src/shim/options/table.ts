/**
 * Options of `connect` that have a default, a limit or a meaning for the core: one row each.
 *
 * To add one: a row here; its type in `api.d.ts`; and, for an option of the core, a row in
 * `src/wasm/options.rs` and a field in `src/options.rs`, by the same name in snake_case.
 */
import type { IClientOptions, TokenProvider } from '../api'

/**
 * What the option is if it was not given; whether it is passed to the core, as a number or as the flag
 * whether it is truthy; and for numbers, of which 0 is the smallest, the largest that is valid.
 */
type Row = readonly [fallback: unknown, core?: boolean, most?: number]

const CORE = true
const UNLIMITED = Number.MAX_SAFE_INTEGER

export const OPTIONS = {
  autoAssignTopicAlias: [false as boolean, CORE],
  autoUseTopicAlias: [false as boolean, CORE],
  clean: [true as boolean],
  connectTimeout: [30_000 as number, CORE, UNLIMITED], // milliseconds
  fallback: [false as boolean, CORE],
  keepalive: [60 as number, CORE, 0xffff], // seconds
  lifecycle: [true as boolean],
  manualConnect: [false as boolean],
  maxInFlight: [16 as number, CORE, 0xffff],
  protocolVersion: [4 as number],
  queueQoSZero: [true as boolean, CORE],
  reconnectOnConnackError: [false as boolean, CORE],
  reconnectPeriod: [1000 as number, CORE, UNLIMITED], // milliseconds
  reschedulePings: [true as boolean],
  resubscribe: [true as boolean, CORE],
  strict: [false as boolean, CORE],
  tokenProvider: [undefined as TokenProvider | undefined, CORE],
  wasmPath: ['/utils/mqtt.wasm.br' as string],
  wsOptions: [{} as NonNullable<IClientOptions['wsOptions']>],
} satisfies Record<string, Row>

export type OptionName = keyof typeof OPTIONS

/** The options that a client works with: those that have a default are there. */
export type Settings = Omit<IClientOptions, OptionName> & {
  [Name in OptionName]: (typeof OPTIONS)[Name][0]
} & { clientId: string }

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[]

/** The row of an option. */
export const ROWS: Record<OptionName, Row> = OPTIONS

/** The options that the core takes as numbers. */
export const CORE_OPTIONS = OPTION_NAMES.filter(name => ROWS[name][1])

/** The largest number that is valid; `undefined` for an option that is not a number. */
export function limitOf(name: OptionName): number | undefined {
  return ROWS[name][2]
}

/** An option as the core takes it: a number, or whether it is truthy. */
export function coreValue(settings: Settings, name: OptionName): number {
  const value: unknown = settings[name]
  return limitOf(name) === undefined ? Number(Boolean(value)) : (value as number)
}
