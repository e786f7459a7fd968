/**
 * Kinds of phones and of places in them. Only what differs from the strictest phone that has it all:
 *
 * later        globals beyond those of the oldest phones
 * taskPromises what comes after a promise is a task, as on iOS 15 and before
 * nested       false: `instantiate` resolves to the instance itself, as the typings say
 * wasmMissing  there is no WXWebAssembly
 * shipsFallback  the application hands over mqtt.fallback.js
 * console      false: there is none
 * wx           false: there is none; `wxLacks`: what of it is missing
 * wasmPath     where the module is, if not in /utils/
 * scenarios       which scenarios are played
 */
import { CONVERSATION, NO_FALLBACK, NO_WX } from './scenarios.js'

export const PROFILES = {
  'a phone of today': {
    later: ['BigInt', 'BigInt64Array', 'BigUint64Array', 'WeakRef', 'FinalizationRegistry'],
    scenarios: CONVERSATION,
  },
  'iOS 13': { taskPromises: true, nested: false, console: false, scenarios: CONVERSATION },
  'WXWebAssembly missing': {
    wasmMissing: true,
    shipsFallback: true,
    taskPromises: true,
    scenarios: CONVERSATION,
  },
  'WXWebAssembly and fallback missing': { wasmMissing: true, scenarios: NO_FALLBACK },
  'a plugin': {
    wxLacks: ['onAppHide', 'onAppShow', 'offAppHide', 'offAppShow', 'getRandomValues'],
    wasmPath: '/lib/mqtt.wasm.br',
    scenarios: CONVERSATION,
  },
  'a Worker': { wx: false, wasmPath: '/wasm/mqtt.wasm.br', scenarios: NO_WX },
}
