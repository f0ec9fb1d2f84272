import test from 'node:test'
import { playDay } from './days_driver.mjs'

// A bureau's working days, played in the page by the people who have them: the same days that test the rules against the desk.

const days = (process.env.CELADON_DAYS ?? 'transfer-file,groundwater-survey,waste-assessment').split(',')

for (const id of days) {
  test(`${id}`, async (t) => {
    const { left_out } = await playDay(t, id)
    for (const [what, why] of left_out) t.diagnostic(`not in the page: ${what} (${why})`)
  })
}
