/**
 * Options of `connect` that have a default, a limit or a meaning for the core: one row each.
 *
 * To add one: a row here; its type in `api.d.ts`; and, for an option of the core, its number
 * below, number and row in `src/wasm/options.rs`, and a field in `src/options.rs`, by the same name in snake_case.
 */
import type { IClientOptions, TokenProvider } from '../api'

/** Options of the core, by their numbers in `src/wasm/options.rs`; `tests/shim/numbers.test.mjs` compares the two. */
export const enum CoreOption {
  AutoAssignTopicAlias = 1,
  AutoUseTopicAlias = 2,
  ConfirmRecords = 3,
  ConnectTimeout = 4,
  Fallback = 5,
  Keepalive = 6,
  ManualAck = 7,
  MaxInFlight = 8,
  NextPacketId = 9,
  ObservePackets = 10,
  QueueQosZero = 11,
  ReconnectOnConnackError = 12,
  ReconnectPeriod = 13,
  Resubscribe = 14,
  StoreSession = 15,
  Strict = 16,
  TokenProvider = 17,
}

/**
 * What the option is if it was not given; its number in the core, if it is passed to it, as a number or as
 * the flag whether it is truthy; and for numbers, of which 0 is the smallest, the largest that is valid.
 */
type Row = readonly [fallback: unknown, core?: CoreOption, most?: number]

const UNLIMITED = Number.MAX_SAFE_INTEGER

export const OPTIONS = {
  autoAssignTopicAlias: [false as boolean, CoreOption.AutoAssignTopicAlias],
  autoUseTopicAlias: [false as boolean, CoreOption.AutoUseTopicAlias],
  clean: [true as boolean],
  connectTimeout: [30_000 as number, CoreOption.ConnectTimeout, UNLIMITED], // milliseconds
  fallback: [false as boolean, CoreOption.Fallback],
  keepalive: [60 as number, CoreOption.Keepalive, 0xffff], // seconds
  lifecycle: [true as boolean],
  manualConnect: [false as boolean],
  maxInFlight: [16 as number, CoreOption.MaxInFlight, 0xffff],
  protocolVersion: [4 as number],
  queueQoSZero: [true as boolean, CoreOption.QueueQosZero],
  reconnectOnConnackError: [false as boolean, CoreOption.ReconnectOnConnackError],
  reconnectPeriod: [1000 as number, CoreOption.ReconnectPeriod, UNLIMITED], // milliseconds
  reschedulePings: [true as boolean],
  resubscribe: [true as boolean, CoreOption.Resubscribe],
  strict: [false as boolean, CoreOption.Strict],
  tokenProvider: [undefined as TokenProvider | undefined, CoreOption.TokenProvider],
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
export const CORE_OPTIONS = OPTION_NAMES.filter(coreOption)

/** The number of an option in the core; `undefined` if it is not passed to it. */
export function coreOption(name: OptionName): CoreOption | undefined {
  return ROWS[name][1]
}

/** The largest number that is valid; `undefined` for an option that is not a number. */
export function limitOf(name: OptionName): number | undefined {
  return ROWS[name][2]
}

/** An option as the core takes it: a number, or whether it is truthy. */
export function coreValue(settings: Settings, name: OptionName): number {
  const value: unknown = settings[name]
  return limitOf(name) === undefined ? Number(Boolean(value)) : (value as number)
}
