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
 * scenes       which scenes are played
 */
import { CONVERSATION, NO_FALLBACK, NO_WX } from './scenes.js'

export const PROFILES = {
  'a phone of today': {
    later: ['BigInt', 'BigInt64Array', 'BigUint64Array', 'WeakRef', 'FinalizationRegistry'],
    scenes: CONVERSATION,
  },
  'iOS 13': { taskPromises: true, nested: false, console: false, scenes: CONVERSATION },
  'WXWebAssembly missing': {
    wasmMissing: true,
    shipsFallback: true,
    taskPromises: true,
    scenes: CONVERSATION,
  },
  'WXWebAssembly and fallback missing': { wasmMissing: true, scenes: NO_FALLBACK },
  'a plugin': {
    wxLacks: ['onAppHide', 'onAppShow', 'offAppHide', 'offAppShow', 'getRandomValues'],
    wasmPath: '/lib/mqtt.wasm.br',
    scenes: CONVERSATION,
  },
  'a Worker': { wx: false, wasmPath: '/wasm/mqtt.wasm.br', scenes: NO_WX },
}
