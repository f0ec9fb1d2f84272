// The chart workbench (journey J2.4): a polar plot with its figure, data and method in files, and 同比 of a month.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartsAddress, chartsTruth, column, visitCharts, windyHours } from './charts_driver.mjs'
import { phone } from './driver.mjs'

const site = 'air.2344A'
const pm10 = `${site}:PM10`
const days = { f: '2018-05-01', u: '2018-05-20' }
const wind = { ws: `${site}:wind-speed`, wd: `${site}:wind-direction` }
const hours = { site, first: '2018-05-01T01:00:00+08:00', hours: 480, source_deg: 45 }

test('a polar plot shows where it comes from and is exported as picture, data and method', async (t) => {
  await windyHours(hours)
  const { when, then } = await visitCharts(t, { hash: chartsAddress({ m: 'polar', s: pm10, ...wind, ...days }) })
  await then.figureIs('polar')
  await then.isPhotographed('charts_polar')

  const json = await when.exports('json')
  assert.equal(json.name, 'celadon-polar-2018-05-01-2018-05-20.json')
  const analysis = JSON.parse(json.bytes)
  assert.equal(analysis.series.find((s) => s.role === 'value').used, 480)
  // The largest value of the bins and that of the surface both lie to the north-east: data and picture speak of one place.
  const value = column(analysis.figure, 'bins', 'value')
  const from = column(analysis.figure, 'bins', 'direction')[value.indexOf(Math.max(...value))]
  assert.ok(from >= 20 && from <= 70, `${from} degrees`)
  const surface = column(analysis.figure, 'surface', 'value')
  const axis = column(analysis.figure, 'axis', 'at')
  assert.equal(surface.length, axis.length ** 2)
  const top = surface.indexOf(Math.max(...surface.filter((v) => v !== null)))
  assert.ok(axis[top % axis.length] > 0 && axis[Math.floor(top / axis.length)] > 0)

  const svg = (await when.exports('svg')).bytes.toString()
  assert.match(svg, /^<svg[^>]*>/)
  assert.match(svg, /m\/s/)
  const png = (await when.exports('png')).bytes
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')])
  assert.ok(png.length > 20_000, `${png.length} bytes`)
  await when.opensMethod()
  await then.methodSays('薄板回归样条', 'basis=100', pm10, 'openair', 'celadon', '#/charts?m=polar')

  // The same numbers by the API alone.
  const answer = await chartsTruth.figure('polar', { series: pm10, ...wind, from: days.f, to: days.u })
  assert.equal(JSON.stringify(answer.figure), JSON.stringify(analysis.figure))  // as text: a file has no negative zero
})

test('同比 and 环比 stand in words and as curves, and the address brings the figure back', async (t) => {
  const own = { m: 'comparison', s: 'city.360200:PM2.5:P1D', f: '2016-03-01', u: '2016-03-31' }
  const { when, then } = await visitCharts(t, { hash: chartsAddress(own) })
  await then.figureIs('comparison')
  await then.isPhotographed('charts_comparison')
  const { figure } = await chartsTruth.figure('comparison', { series: own.s, from: own.f, to: own.u })
  assert.deepEqual(column(figure, 'comparison', 'before_first_day'), ['2015-03-01', '2016-02-01'])
  assert.deepEqual(column(figure, 'comparison', 'before_last_day'), ['2015-03-31', '2016-02-29'])
  const percent = column(figure, 'comparison', 'percent')
  const now = await chartsTruth.mean('city.360200', 'PM2.5', '2016-03-01', '2016-03-31')
  for (const [k, span] of [['2015-03-01', '2015-03-31'], ['2016-02-01', '2016-02-29']].entries()) {
    const before = await chartsTruth.mean('city.360200', 'PM2.5', ...span)
    assert.ok(Math.abs(percent[k] - (100 * (now - before)) / before) < 1e-9, `${percent[k]}`)
  }
  const rows = await then.comparedRows()
  assert.deepEqual(rows.map((r) => r.basis), ['year', 'stretch'])
  rows.forEach((r, k) => assert.equal(Number(r.percent.replace('−', '-')), Number(percent[k].toFixed(1))))
  await when.comesBack()
  await then.figureIs('comparison')
})

test('series are found and chosen by keyboard, and what is lacking is said', async (t) => {
  const { when, then } = await visitCharts(t, { hash: '#/charts' })
  await then.lacks(true)
  await when.finds('PM10')
  await when.takesFirstOffer()
  await then.figureIs('course')
  await when.opensTables()
  await then.tableHasRows(5)
  await when.picksMethod('wind-rose')
  await then.lacks(true)
})

test('the workbench is read on a phone, in English', async (t) => {
  await windyHours(hours)
  const { then } = await visitCharts(t, { size: phone, lang: 'en', hash: chartsAddress({ m: 'variation', s: pm10, ...days }) })
  await then.figureIs('variation')
  await then.nothingSticksOut()
  await then.isPhotographed('charts_variation_phone')
})
