/** Clocks that jump, timers that stop. */
import { CLOCKS } from './clocks.mjs'
import { KNOWN } from './known.mjs'
import { testFaults } from './table.mjs'

testFaults(CLOCKS, KNOWN)
