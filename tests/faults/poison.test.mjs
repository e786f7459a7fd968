/** What other publishers send, and brokers pass on. */
import { POISON } from './poison.mjs'
import { KNOWN } from './known.mjs'
import { testFaults } from './table.mjs'

testFaults(POISON, KNOWN)
