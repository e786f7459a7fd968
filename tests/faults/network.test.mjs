/** What networks and gateways do to connections. */
import { NETWORK } from './network.mjs'
import { KNOWN } from './known.mjs'
import { testFaults } from './table.mjs'

testFaults(NETWORK, KNOWN)
