#!/usr/bin/env node
/**
 * The simulator behind a command line like that of DevTools: opens a project for automation, and ends
 * when the script that came has gone.
 *
 *     tests/page/simulator-cli.mjs auto --project FOLDER --auto-port PORT [--trust-project]
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { automate } from './automation.mjs'
import { startPhone } from './browser-phone.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string' },
    'auto-port': { type: 'string' },
    'trust-project': { type: 'boolean' },
  },
})
if (positionals.join() !== 'auto') throw new Error(`there is no "${positionals}"`)

const phone = await startPhone({ root: join(values.project, 'miniprogram'), replaced: {} })
const automation = await automate(phone, Number(values['auto-port']))
await automation.left
automation.close()
await phone.close()
