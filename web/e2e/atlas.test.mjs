import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import test from 'node:test'
import { atlasTruth, visitMap } from './atlas_driver.mjs'
import { phone, truth } from './driver.mjs'

const at = '2020-04-03T08:00:00Z'
const before = '2020-04-02T08:00:00Z'
const air = `#/map?kind=air-station&t.air-station=${at}`
const pm = { kind: 'air-station', property: 'PM2.5', averaging: 'PT1H', at }

test('every number on the map opens its evidence: mark, verdict, why with its clauses', async (t) => {
  const { when, then } = await visitMap(t, { hash: air })
  await when.picksSite('air.2344A')
  await then.verdictIs('56')
  await when.opensWhy()
  const [judged] = (await (await fetch(`${process.env.CELADON_URL ?? 'http://127.0.0.1:8080'}/api/v1/judgements?site=air.2344A&at=${at}&why=1`)).json()).items
  await then.whyStepsAre(judged.why.length)
  assert.ok(judged.why.length > 0)
})

test('sites over a limit are marked, and counted in all, by county and above the slider as the server counts', async (t) => {
  const { when, then } = await visitMap(t, { hash: `${air}&tool=limit` })
  await when.shows('PM2.5')
  const { moments } = await atlasTruth.over({ ...pm, value: 0 })
  const values = moments.values[0].filter((v) => v !== null).sort((a, b) => a - b)
  const value = values[Math.floor(values.length / 2)]
  const truthly = await atlasTruth.over({ ...pm, value })
  assert.ok(truthly.over.length > 0 && truthly.over.length < truthly.all)
  await when.limitsTo({ value })
  await then.totalIs(truthly.over.length, truthly.all)
  await then.markedOver(truthly.over)
  await then.countiesSumTo(truthly.over.length, truthly.all)
  await then.sliderSays(truthly.over.length, truthly.all)
  await then.addressHas('show=PM2.5', `limit=${value}`)
  await then.isPhotographed('map-limit')
})

test('a step of the law marks what is at it and beyond', async (t) => {
  const { when, then } = await visitMap(t, { hash: `${air}&tool=limit` })
  const truthly = await atlasTruth.over({ ...pm, property: 'AQI', level: 1 })
  await when.limitsTo({ level: 1 })
  await then.totalIs(truthly.over.length, truthly.all)
  await then.markedOver(truthly.over)
})

test('play shows what was fetched at once: no request a step, and the verdicts again when it stands', async (t) => {
  const { when, then, page } = await visitMap(t, { hash: air })
  await then.markIs('air.2344A', '56')
  await when.paces(8)
  const [answer] = await Promise.all([page.waitForResponse((r) => r.url().includes('/moments'), { timeout: 60_000 }), when.pressesPlay()])
  assert.equal(answer.status(), 200)
  await then.timeChanges(3)
  when.forgetsRequests()
  await then.timeChanges(8)
  assert.equal(then.asked('/judgements'), 0)
  assert.ok(then.asked('/moments') <= 2, `${then.asked('/moments')} requests for moments`)
  await when.pressesPlay()
  await then.marksShow('air-station', await truth.judgements('air-station', await then.shownInstant()))
  await then.addressHas('pace=8')
})

test('two times stand beside each other and move together', async (t) => {
  const { when, then } = await visitMap(t, { hash: `${air}&tool=split` })
  await then.markIs('air.2344A', '56')
  await when.splits('side')
  await then.secondMapIsThere()
  await when.goesBack('day')
  await then.addressHas('split=side', `other=${before}`)
  await then.otherMarksShow(await truth.judgements('air-station', before))
  await then.marksShow('air-station', await truth.judgements('air-station', at))
  const [one, two] = await then.middleOfMaps()
  await then.mapsAgree('air.2344A', two - one)
  await when.zoomsIn()
  await then.addressHas('at=')
  await then.mapsAgree('air.2342A', two - one)
  await then.isPhotographed('map-split-side')
})

test('one time stands under two editions of the law, an edge between them that keys move', async (t) => {
  const { when, then, page } = await visitMap(t, { hash: `${air}&tool=split` })
  await when.splits('swipe')
  await when.comparesEdition('HJ 633-2026')
  await then.secondMapIsThere()
  await then.mapsAgree('air.2344A')
  assert.ok((await then.wordsOfMaps())[1].includes('HJ 633-2026'))
  await page.locator('[role=separator]').focus()
  await when.presses('ArrowRight')
  await then.addressHas('split=swipe', 'other=by:HJ+633-2026', 'cut=52')
  await then.isPhotographed('map-split-swipe')
})

test('lengths and areas are those of the ellipsoid, and a buffer goes around them', async (t) => {
  const { when, then } = await visitMap(t, { hash: `${air}&tool=draw` })
  await when.draws('line', [[117.2094, 29.2955], [117.3681, 28.9247]])
  await then.measureIs(0, '43.91 km')
  await when.draws('area', [[117.0, 29.2], [117.4, 29.2], [117.4, 29.5], [117.0, 29.5]])
  await then.measureIs(1, '1292 km²')
  await when.buffers(0, 5)
  await then.addressHas('draw=l.5000.')
  await then.isPhotographed('map-draw')
})

test('what lies in an area is counted by layer, opened in its register and saved', async (t) => {
  const { when, then, page } = await visitMap(t, { hash: `${air}&tool=draw` })
  const box = [117.1, 29.2, 117.35, 29.45]
  const [w, s, e, n] = box
  await when.draws('area', [[w, s], [e, s], [e, n], [w, n]])
  const stations = (await truth.sites('air-station')).filter((x) => x.lon >= w && x.lon <= e && x.lat >= s && x.lat <= n)
  await then.foundIn('air-station', stations.length)
  const outfalls = await atlasTruth.recordsIn('outfall', box)
  assert.ok(outfalls.length > 0, 'the demo city has outfalls in its middle')
  const layer = (await atlasTruth.layers()).find((l) => l.tiles.includes('/registers/outfall/')).id
  await then.foundIn(layer, outfalls.length)
  await then.isPhotographed('map-within')
  const csv = await when.saves('csv')
  const lines = csv.bytes.toString('utf8').trim().split('\r\n')
  for (const o of outfalls) assert.ok(lines.some((l) => l.includes(o.id)), `${o.id} is not in the file`)
  const geojson = JSON.parse((await when.saves('geojson')).bytes.toString('utf8'))
  assert.equal(geojson.features.filter((f) => f.properties.layer === layer).length, outfalls.length)
  await when.opensFoundLayer(layer)
  await page.locator('[data-act=open-list]').click()
  await then.addressHas('#/registers?', 'register=outfall', 'box=')
  await then.rowsAre(outfalls.length)
})

test('layers are found by words, laid over each other, faded, and their points open their records', async (t) => {
  const [first] = (await atlasTruth.recordsIn('outfall', [116, 28, 119, 31])).filter((r) => r.values.place)
  const [lon, lat] = first.values.place.coordinates
  const { when, then, page } = await visitMap(t, { hash: `${air}&at=15.00/${lat.toFixed(4)}/${lon.toFixed(4)}&hide=air-station,river-section` })
  await when.findsLayer('排污')
  const layer = (await atlasTruth.layers()).find((l) => l.tiles.includes('/registers/outfall/')).id
  assert.ok((await then.layersListed()).includes(layer))
  await when.switchesOn(layer)
  await when.findsLayer('')
  const other = (await then.layersListed()).find((l) => l.startsWith('register-') && l !== layer)
  await when.switchesOn(other)
  const order = await page.locator('[data-order]').evaluateAll((all) => all.map((e2) => e2.dataset.order))
  assert.equal(order.length, 2)
  await when.moves(order[1], -1)
  await then.orderIs(order[1], order[0])
  await when.looksInto(layer)
  await when.fades(layer, 60)
  await then.addressHas(`fade=${layer}:60`, 'order=')
  await page.waitForTimeout(1500) // tiles of a layer that was just switched on
  await when.pressesMiddle()
  await then.foundSays(first.title)
  await then.isPhotographed('map-layers')
})

test('a link shows the very same view', async (t) => {
  const layer = (await atlasTruth.layers()).find((l) => l.tiles.includes('/registers/outfall/')).id
  const hash = `${air}&at=10.50/29.2500/117.2000/30/40&tool=limit&on=${layer}&fade=${layer}:50&show=PM2.5&limit=20&split=swipe&cut=60&other=${before}&draw=p.3000.AA&pace=15&loop=yes`
  const one = await visitMap(t, { hash })
  await one.then.secondMapIsThere()
  await one.then.timeIs('16:00')
  await one.then.totalIs((await atlasTruth.over({ ...pm, value: 20 })).over.length, (await atlasTruth.over({ ...pm, value: 20 })).all)
  await one.page.waitForTimeout(800)
  const address = new URL(one.address()).hash
  for (const part of ['at=10.50/29.2500/117.2000/30/40', `on=${layer}`, `fade=${layer}:50`, 'show=PM2.5', 'limit=20', 'split=swipe', 'cut=60', `other=${before}`, 'draw=p.3000.AA', 'pace=15', 'loop=yes']) assert.ok(address.includes(part), `${address} lost ${part}`)
  const two = await visitMap(t, { hash: address })
  await two.then.secondMapIsThere()
  const look = async ({ page }) => ({
    marks: await page.locator('button[data-site]').evaluateAll((all) => all.map((b) => { const r = b.getBoundingClientRect(); return [b.dataset.site, b.innerText.trim(), Math.round(r.x), Math.round(r.y)].join() })),
    words: await page.locator('[data-part=first-words], [data-part=second-words]').allInnerTexts(),
  })
  await two.eventually('the same look', async () => assert.deepEqual(await look(two), await look(one)))
})

test('the picture carries title, scale, legend, source and time, and is no blank', async (t) => {
  const { when, then, page, eventually } = await visitMap(t, { hash: `${air}&tool=picture` })
  await then.marksShow('air-station', await truth.judgements('air-station', at))
  await then.mapIsDrawn()
  const file = await when.saves('save-picture')
  assert.match(file.name, /^map-.*\.png$/)
  const { width, height, colours } = await then.decoded(file.bytes)
  assert.deepEqual([width, height], [2244, 1586])
  assert.ok(colours > 200, `only ${colours} colours`)
  // The same sheet goes to the printer, alone on its page.
  await page.evaluate(() => { window.print = () => { const sheet = document.querySelector('.print-sheet'); window.printed = { width: sheet.naturalWidth, words: [...document.querySelectorAll('style')].map((s) => s.textContent).join() } } })
  await page.locator('[data-act=print]').click()
  await eventually('print', async () => {
    const printed = await page.evaluate(() => window.printed)
    assert.equal(printed?.width, 2244)
    assert.ok(printed.words.includes('A4 landscape'))
  })
  if (process.env.CELADON_SCREENSHOTS) writeFileSync(`${process.env.CELADON_SCREENSHOTS}/map-picture.png`, file.bytes)
})

test('with the keyboard alone: a tool is opened, a limit set, a line measured, a site opened from the list', async (t) => {
  const { when, then, page } = await visitMap(t, { hash: air })
  await then.markIs('air.2344A', '56')
  await when.tabsUntil('[data-tool=limit]')
  await when.presses('Enter')
  await when.tabsUntil('select[name=level]')
  await when.presses('ArrowDown')
  await then.addressHas('limit=level0')
  await page.keyboard.press('Shift+Tab')
  await page.locator('[data-tool=draw]').focus()
  await when.presses('Enter')
  await when.tabsUntil('[data-pen=line]')
  await when.presses('Enter')
  await page.locator('canvas.maplibregl-canvas').focus()
  await when.presses('Enter')
  await when.presses('ArrowRight')
  await page.waitForTimeout(900)
  await when.presses('Enter')
  await when.presses('Control+Enter')
  await then.measureIs(0, 'km')
  await page.locator('[data-tool=list]').focus()
  await when.presses('Enter')
  await when.tabsUntil('[data-listed="air.2344A"]')
  await when.presses('Enter')
  await then.panelSays('兽医站')
})

test('a phone has the tools as a sheet, and nothing sticks out', async (t) => {
  const { when, then } = await visitMap(t, { hash: air, size: phone })
  await when.opensTool('limit')
  await when.limitsTo({ level: 1 })
  await then.nothingSticksOut()
  await then.isPhotographed('phone-map-limit')
  await when.opensTool('split')
  await when.splits('swipe')
  await then.secondMapIsThere()
  await then.nothingSticksOut()
  await then.isPhotographed('phone-map-split')
})

test('the map speaks English in all its tools', async (t) => {
  const { when, then } = await visitMap(t, { hash: air, lang: 'en' })
  for (const tool of ['limit', 'split', 'draw', 'picture', 'list']) {
    await when.opensTool(tool)
    await then.isPhotographed(`map-en-${tool}`)
  }
})
