/** Plays the scenarios of one profile, and prints a line of JSON for each; the last line is "done". */
/* global engine */
import { PROFILES } from './profiles.js'
import { TestBed, become } from './phone.js'

async function play(profile) {
  become(profile)
  for (const name of Object.keys(profile.scenarios)) {
    let failure = null
    try {
      await playScenario(profile.scenarios[name], profile)
    } catch (error) {
      failure = String((error && error.message) || error)
    }
    engine.print(JSON.stringify({ scenario: name, failure }))
  }
  engine.print('"done"')
}

async function playScenario(setup, profile) {
  const bed = new TestBed(profile)
  await setup({ bed, is, profile })
  is(bed.complaints, [], 'what a phone would complain of')
}

function is(actual, expected, what = '') {
  const [got, wanted] = [actual, expected].map(value => JSON.stringify(value))
  if (got !== wanted) throw new Error(`${what && `${what}: `}${got}, but not ${wanted}`)
}

play(PROFILES[engine.profile]).catch(error =>
  engine.print(JSON.stringify({ scenario: 'play', failure: String(error) })),
)
