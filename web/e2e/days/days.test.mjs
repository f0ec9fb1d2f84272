import test from 'node:test'
import { playDay } from './play.mjs'

// Working days of the bureau and of those it deals with, in the page: the same days that test the rules of the packs
// against the desk. Twelve rows of the plan, of every group of docs/systems.md; their rules hold on whatever date they
// are played.

const days = {
  'transfer-file': 'S013, a case is handed to the police, and not by whoever proposes it',
  'eco-trade': 'S028, rights are issued, traded and retired, and none of them twice',
  'open-burning': 'S056, a fire seen from above is told, reached and put out by the minute',
  'voc-links': 'S046, carbon that lasts five days, and a lamp that does little',
  outfall: 'S066, an outfall is found, sampled, traced on the spot and taken in hand',
  'ship-waste': 'S072, what a ship hands over goes by three hands and adds up at the end of the month',
  'groundwater-survey': 'S098, a plume is traced by four kinds of evidence before anybody is named',
  'waste-assessment': 'S116, points and vetoes make a grade, and what is open is ordered',
  species: 'S135, a rare animal is counted, and where it lives is told to few',
  'climate-risk': 'S147, an old quarter by the river has its risk worked out and a duty that must lower it',
  'green-power': 'S158, a certificate of green power is not used beyond what it holds',
  'plan-sheet': 'S163, a sheet for a tailings pond is whole and in time before it is issued',
}

test('working days', async (t) => {
  for (const [id, what] of Object.entries(days)) {
    await t.test(`${id}: ${what}`, async (one) => {
      for (const [steps, why] of await playDay(t, id)) one.diagnostic(`not in the page: ${steps} (${why})`)
    })
  }
})
