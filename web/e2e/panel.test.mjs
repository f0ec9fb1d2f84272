import assert from 'node:assert/strict'
import test from 'node:test'
import { server, visit } from './driver.mjs'

const at = '2020-04-03T08:00:00Z'
const opened = `#/map?t.air-station=${at}&site=air.2344A`

async function judgement(query) {
  const { items } = await (await fetch(`${server}/api/v1/judgements?site=air.2344A&at=${at}&why=1${query}`)).json()
  return items[0]
}

test('the panel of a station shows verdict, primary pollutant, sub-indices and curves', async (t) => {
  const { when, then } = await visit(t, { hash: `#/map?t.air-station=${at}` })
  await when.picksSite('air.2344A')
  await then.panelSays('兽医站', '2344A', '首要污染物', 'PM₁₀', '2020-04-03 16:00')
  await then.verdictIs('56')
  for (const input of (await judgement('')).inputs) if (input.index !== null) await then.tileIs(input.property, String(input.index))
  await then.curveIsDrawn()
  await when.togglesCurve('O3')
  await then.curveIsDrawn()
  await then.isPhotographed('panel-zh')
})

test('why opens each step with its clause, from the raw values on', async (t) => {
  const { when, then } = await visit(t, { hash: opened })
  await when.opensWhy()
  const { why, inputs } = await judgement('')
  assert.ok(why.length > 0)
  await then.whyStepsAre(why.length)
  await then.whyHas(...new Set(why.map((s) => s.clause)), ...new Set(inputs.filter((i) => i.source).map((i) => i.source)), String(inputs.find((i) => i.property === 'PM10').value))
  await then.isPhotographed('panel-why-zh')
})

test('another edition can be asked for, and the panel shows what the server judges by it', async (t) => {
  const { when, then } = await visit(t, { hash: opened })
  await then.panelSays('HJ 633-2012')
  await when.asksEdition('HJ 633-2026')
  const asked = await judgement('&edition=HJ%20633-2026')
  assert.equal(asked.edition, 'HJ 633-2026')
  await then.verdictIs(String(asked.verdict.value))
  await then.tileIs('PM2.5', String(asked.inputs.find((i) => i.property === 'PM2.5').index))
  await then.addressHas('edition=HJ+633-2026')
})

test('the history is a table too', async (t) => {
  const { when, then } = await visit(t, { hash: opened })
  await when.looksBack()
  await then.historyHas(12)
  await then.panelSays('2020-04-03 16:00')
})

test('a river section shows its class and that its position is approximate', async (t) => {
  const { then } = await visit(t, { hash: '#/map?site=water.nanhehekou&kind=river-section&t.river-section=2021-04-03T04:00:00Z' })
  await then.panelSays('南河河口', '水质类别', 'GB 3838-2002', '位置')
  await then.isPhotographed('panel-water-zh')
})

test('the panel speaks English', async (t) => {
  const { when, then } = await visit(t, { hash: opened, lang: 'en' })
  await when.opensWhy()
  await then.panelSays('Primary pollutant', 'Inputs', 'Steps')
  await then.isPhotographed('panel-en')
})
