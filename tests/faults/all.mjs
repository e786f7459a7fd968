/** All faults, table by table, in the order in which they are told. */
import { BROKER } from './broker.mjs'
import { CLOCKS } from './clocks.mjs'
import { NETWORK } from './network.mjs'
import { PLATFORM } from './platform.mjs'
import { POISON } from './poison.mjs'
import { STORAGE } from './storage.mjs'

export const TABLES = { NETWORK, BROKER, POISON, PLATFORM, CLOCKS, STORAGE }

export const FAULTS = Object.values(TABLES).flat()
