import assert from 'node:assert/strict'
import test from 'node:test'
import { desktop, phone, truth, visit } from './driver.mjs'

const at = '2020-04-03T08:00:00Z' // 16:00 in Beijing
const air = `#/map?t.air-station=${at}`

test('the map shows five air stations and four sections with the numbers and colours of the newest data', async (t) => {
  const { then } = await visit(t)
  assert.equal((await truth.sites('air-station')).length, 5)
  assert.equal((await truth.sites('river-section')).length, 4)
  await then.marksShow('air-station', await truth.judgements('air-station', 'latest'))
  await then.marksShow('river-section', await truth.judgements('river-section', 'latest'))
  await then.mapIsDrawn()
  await then.marksAreApart(30)
  await then.isPhotographed('map-zh-1366x768')
})

test('at a chosen hour each station shows the AQI that was published for it, in the official colour', async (t) => {
  const { then } = await visit(t, { hash: air })
  const published = truth.publishedAqi('2020-04-03 16:00')
  assert.equal(published.size, 5)
  for (const [site, aqi] of published) {
    const colour = Number(aqi) <= 50 ? 'rgb(0, 228, 0)' : 'rgb(255, 255, 0)'
    await then.markIs(site, aqi, colour)
  }
  await then.marksShow('air-station', await truth.judgements('air-station', at))
  await then.timeIs('2020年4月3日 16:00')
  await then.timeRowSays('15:00–16:00 小时均值')
  await then.timeRowSays('回放') // these hours came over the gateway with the clock of their day
})

test('a mark says name, number, word and time to who cannot see it', async (t) => {
  const { then } = await visit(t, { hash: air })
  await then.markSays('air.2344A', '兽医站', 'AQI 56', '良', '2020-04-03 16:00')
})

test('the slider moves time by one hour with the arrow keys, and the marks follow', async (t) => {
  const { when, then } = await visit(t, { hash: air })
  await then.timeIs('16:00')
  await when.focusesSlider()
  await when.presses('ArrowLeft')
  await then.timeIs('2020年4月3日 15:00')
  await then.marksShow('air-station', await truth.judgements('air-station', '2020-04-03T07:00:00Z'))
  await then.addressHas('t.air-station=2020-04-03T07:00:00Z')
})

test('a map that was dragged is whole again once it stands', async (t) => {
  const { when, then } = await visit(t)
  await then.mapIsDrawn()
  for (let turn = 0; turn < 3; ++turn) {
    await when.dragsMap(160, 60)
    await then.mapIsWhole()
  }
})

test('play moves on by itself until it is paused', async (t) => {
  const { when, then } = await visit(t, { hash: air })
  await then.timeIs('16:00')
  await when.pressesPlay()
  await then.timeChanges(4)
  await when.pressesPlay()
  const shown = await then.shownInstant()
  await then.marksShow('air-station', await truth.judgements('air-station', shown))
})

test('water has its own time, four hours a step', async (t) => {
  const { when, then } = await visit(t, { hash: '#/map?t.river-section=2021-04-03T04:00:00Z' })
  await when.picksMedium('river-section')
  await then.timeIs('2021年4月3日 12:00')
  await when.focusesSlider()
  await when.presses('ArrowRight')
  await then.timeIs('2021年4月3日 16:00')
  await then.marksShow('river-section', await truth.judgements('river-section', '2021-04-03T08:00:00Z'))
})

test('a layer that is switched off is gone from the map and comes back', async (t) => {
  const { when, then } = await visit(t, { hash: air })
  await then.markIs('air.2344A', '56')
  await when.togglesLayer('air-station')
  await then.markIsGone('air.2344A')
  await then.addressHas('hide=air-station')
  await when.togglesLayer('air-station')
  await then.markIs('air.2344A', '56')
})

test('a link shows the same view again', async (t) => {
  const first = await visit(t, { hash: `${air}&site=air.2346A&edition=HJ%20633-2026` })
  await first.then.panelSays('陶研所')
  const again = await visit(t, { hash: new URL(first.address()).hash })
  await again.then.panelSays('陶研所', 'HJ 633-2026')
  await again.then.timeIs('2020年4月3日 16:00')
})

test('a phone shows the map, and a station as a sheet from below', async (t) => {
  const { when, then } = await visit(t, { hash: air, size: phone })
  await then.marksShow('air-station', await truth.judgements('air-station', at))
  await then.marksAreApart(30)
  await then.nothingSticksOut()
  await then.isPhotographed('phone-map')
  await when.picksSite('air.2344A')
  await then.verdictIs('56')
  await then.nothingSticksOut()
  await then.isPhotographed('phone-panel')
})

test('the page speaks English, all of it', async (t) => {
  const { when, then } = await visit(t, { hash: air, lang: 'en', size: desktop })
  await then.languageIs('en')
  await then.timeIs('3 Apr 2020 16:00')
  await then.markSays('air.2344A', 'AQI 56', 'Good')
  await then.noChineseBut(['青瓷', '中文', '劣', '东郊污水厂总排口'])
  await then.isPhotographed('map-en')
  await when.switchesLanguage('zh-CN')
  await then.languageIs('zh-CN')
  await then.timeIs('2020年4月3日 16:00')
})
