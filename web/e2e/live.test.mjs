import assert from 'node:assert/strict'
import test from 'node:test'
import { sendHour, truth, visit } from './driver.mjs'

test('an hour sent over HJ 212 is on the map within a second of its answer', async (t) => {
  const site = 'air.2346A'
  const { then } = await visit(t)
  await then.marksShow('air-station', await truth.judgements('air-station', 'latest'))
  const { mn } = await truth.deviceOf(site)
  // The hour that ended last, in Beijing time, named by its beginning; PM10 such that the number must change.
  const begin = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 13).replace(/[-T]/g, '')
  const before = (await truth.judgements('air-station', 'latest')).get(site)
  const pm10 = before.inputs.find((i) => i.property === 'PM10')?.value === 131 ? 147 : 131
  const answer = await sendHour({ mn, begin, values: { a34004: 20, a34002: pm10, a21026: 8, a21004: 21, a21005: 0.6, a05024: 63 } })
  assert.match(answer, /CN=9014/)
  const answered = Date.now()
  const now = (await truth.judgements('air-station', 'latest')).get(site)
  assert.equal(now.inputs.find((i) => i.property === 'PM10').value, pm10)
  assert.notEqual(now.verdict.value, before.verdict.value)
  await then.markIs(site, String(now.verdict.value))
  const took = Date.now() - answered
  assert.ok(took <= 1000, `it took ${took} ms`)
  await then.isPhotographed('live-zh')
})
