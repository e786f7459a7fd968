/** Wrong answers of a broker. */
import { BROKER } from './broker.mjs'
import { KNOWN } from './known.mjs'
import { testFaults } from './table.mjs'

testFaults(BROKER, KNOWN)
