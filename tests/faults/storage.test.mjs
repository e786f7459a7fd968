/** Storage that is full, foreign, torn, or throws. */
import { STORAGE } from './storage.mjs'
import { KNOWN } from './known.mjs'
import { testFaults } from './table.mjs'

testFaults(STORAGE, KNOWN)
