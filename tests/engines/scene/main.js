/** Plays the scenes of one profile, and prints a line of JSON for each; the last line is "done". */
/* global engine */
import { PROFILES } from './profiles.js'
import { World, become } from './world.js'

async function play(profile) {
  become(profile)
  for (const name of Object.keys(profile.scenes)) {
    let failure = null
    try {
      await playScene(profile.scenes[name], profile)
    } catch (error) {
      failure = String((error && error.message) || error)
    }
    engine.print(JSON.stringify({ scene: name, failure }))
  }
  engine.print('"done"')
}

async function playScene(scene, profile) {
  const world = new World(profile)
  await scene({ world, is, profile })
  is(world.complaints, [], 'what a phone would complain of')
}

function is(actual, expected, what = '') {
  const [got, wanted] = [actual, expected].map(value => JSON.stringify(value))
  if (got !== wanted) throw new Error(`${what && `${what}: `}${got}, but not ${wanted}`)
}

play(PROFILES[engine.profile]).catch(error =>
  engine.print(JSON.stringify({ scene: 'play', failure: String(error) })),
)
