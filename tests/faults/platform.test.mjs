/** `wx` and WXWebAssembly that throw, fail, are silent, or answer twice. */
import { PLATFORM } from './platform.mjs'
import { KNOWN } from './known.mjs'
import { testFaults } from './table.mjs'

testFaults(PLATFORM, KNOWN)
