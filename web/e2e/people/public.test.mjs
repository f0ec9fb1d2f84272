import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { ask, eventually, phone } from '../driver.mjs'
import { aPhoto } from '../photo.mjs'
import { people, truth, visitPeople } from './people_driver.mjs'

// J6 on a phone: the air, the river and the well of somebody who has no account; a report and its outcome; open data.

const run = Date.now().toString(36)
const place = [117.2143, 29.2957]
const nextDay = (page) => page.locator('[data-part=tomorrow]')

/** The rows of a CSV as objects by the names of its head; quotes as RFC 4180 has them. */
function rowsOf(text) {
  assert.ok(text.startsWith('\ufeff'), 'a byte order mark, for spreadsheets')
  const lines = text.slice(1).trimEnd().split('\r\n').map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => (m[1] ?? m[2] ?? '').replaceAll('""', '"')))
  const [head, ...rows] = lines
  return rows.map((r) => Object.fromEntries(head.map((name, i) => [name, r[i]])))
}

test('without signing in a phone says how the air is, in the words and colour of the standard, and that the data are old', async (t) => {
  await people()
  const { page, then, field } = await visitPeople(t, { hash: '#/public', size: phone, place })
  const asked = []
  page.on('request', (r) => asked.push(r.url()))
  const now = page.locator('[data-part=now]')
  await then.pageSays('现在空气怎么样', '明天怎么样', '我家边上的河', '我家的井水')
  const face = await ask('public/now')
  const worst = face.air.filter((s) => s.now?.judged).sort((a, b) => b.now.value - a.now.value)[0]
  await eventually('the worst station', async () => assert.ok((await now.locator('[data-part=verdict]').innerText()).includes(worst.now.name_zh)))
  await eventually('old', async () => assert.match(await now.innerText(), /旧数据，不是现在的/))
  await then.isPhotographed('public-now-zh')
  await page.locator('[data-act=near-me]').click()
  await eventually('the nearest', async () => assert.match(await now.innerText(), /最近的监测站约 \d+\.\d 公里/))
  const chosen = await now.locator('select[name=place]').inputValue()
  assert.ok(face.air.some((s) => s.id === chosen))
  for (const group of face.groups) await then.pageSays(group.zh)
  await field.fits()
  assert.ok(!asked.some((url) => /maplibre|echarts|standards$/.test(url)), 'the map library is not fetched')
  await page.locator('[data-part=tomorrow]').scrollIntoViewIfNeeded()
  await eventually('no forecast', async () => assert.match(await nextDay(page).innerText(), /我们不猜/))
  const past = await ask('public/past-years')
  await eventually('past years', async () => assert.ok((await nextDay(page).innerText()).includes(past.enough ? `其中 ${past.good} 天` : '不下结论')))
  await then.isPhotographed('public-tomorrow-zh')
})

test('my river says what its water is good for, how it was, and the promise; my well says that nothing is known', async (t) => {
  await people()
  const { page, then, field } = await visitPeople(t, { hash: '#/public?river=water.daicun', size: phone })
  const river = page.locator('[data-part=river]')
  await river.scrollIntoViewIfNeeded()
  const told = await ask('public/rivers/water.daicun')
  await eventually('uses', async () => {
    for (const use of told.uses) assert.ok((await river.locator(`[data-use="${use.id}"]`).innerText()).includes(use.fit ? '水质够' : '水质不够'), use.id)
  })
  assert.equal(await river.locator('.trend li').count(), told.items.length)
  assert.equal(told.items.length, 12)
  await eventually('target', async () => assert.ok((await river.locator('[data-part=target]').innerText()).includes('规划目标：II 类')))
  await river.locator('h2').scrollIntoViewIfNeeded()
  await then.isPhotographed('public-river-zh')
  await river.locator('select[name=river]').selectOption('water.nanhehekou')
  await eventually('no target', async () => assert.ok((await river.locator('[data-part=target]').innerText()).includes('没有登记目标')))
  await eventually('the well', async () => assert.ok((await page.locator('[data-part=well]').innerText()).includes('没有地下水')))
  await field.fits()
})

test('a report has a receipt to hand on; sent again after a lost answer it is the same report with the same code', async (t) => {
  await people()
  const { page, tells, field, then, expects } = await visitPeople(t, { hash: '#/public?part=tell', size: phone, place: [place[0] + 0.05, place[1] + 0.05] })
  expects(/ERR_FAILED|Failed to load/)
  await tells.kind('noise')
  await tells.here()
  await eventually('nothing near yet, or counted', async () => assert.ok(await page.locator('[data-part=alike]').isVisible()))
  await tells.story(`示例：半夜施工 ${run}`)
  const isLost = await field.losesAnswer()
  await tells.sends()
  await isLost()
  await eventually('can be sent again', async () => assert.ok(await page.locator('[data-act=tell]').isEnabled()))
  await tells.sends()
  const code = await tells.code()
  const stored = await truth.found('complaint', run)
  assert.equal(stored.length, 1)
  const receipt = await tells.receipt()
  for (const words of [code, '噪声', `半夜施工 ${run}`]) assert.ok(receipt.includes(words), receipt)
  assert.ok(!/\d{11}/.test(receipt), 'no telephone in it')
  await then.pageSays('12345')
  await then.isPhotographed('public-receipt-zh')
  const near = await (await fetch(`${page.url().split('/#')[0].split('?')[0]}/api/v1/registers/complaint/near?lon=${place[0] + 0.05}&lat=${place[1] + 0.05}`)).text()
  assert.ok(near.includes('noise'))
  assert.ok(!near.includes(run), 'nobody else reads the words')
})

test('the photo of the outcome is shown to who reported only once a person said that it shows nobody', async (t) => {
  await people()
  const story = `示例：河水发黑 ${run}`
  const { tells, then, page } = await visitPeople(t, { hash: '#/public?part=tell', size: phone, place })
  await tells.kind('water')
  await tells.here()
  await tells.photo([aPhoto('river.png')])
  await tells.story(story)
  await tells.sends()
  const code = await tells.code()
  const [made] = await truth.found('complaint', `河水发黑 ${run}`)
  const photo = made.values.photos[0]
  await truth.changes('complaint', made.id, { division: '360203', shown_photos: [photo] })
  await tells.follows()
  await then.pageSays('待受理', '河水发黑')
  assert.deepEqual((await truth.follows(code)).outcome_files, [])
  await truth.changes('complaint', made.id, { shown_checked: true, outcome: '已封堵排口，水质恢复。' })
  await page.reload()
  await eventually('the picture', async () => assert.ok(await page.locator('[data-part=outcome-files] img').first().evaluate((i) => i.complete && i.naturalWidth > 0)))
  await eventually('what is due', async () => assert.match(await page.locator('[data-part=dues]').innerText(), /受理：\d{4}-\d\d-\d\d 前/))
  await then.isPhotographed('public-outcome-zh')
})

test('open data are downloaded as a table whose rows are the observations, flags and all, with terms and citation', async (t) => {
  await people()
  const { page, then, field } = await visitPeople(t, { hash: '#/public?part=data', size: phone })
  await then.pageSays('固定编号', 'celadon:360200/air-hourly', '怎么引用')
  await field.fits()
  await then.isPhotographed('public-data-zh')
  await page.locator('[name=from-air-hourly]').fill('2020-04-01')
  await page.locator('[name=to-air-hourly]').fill('2020-04-02')
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-set=air-hourly] [data-act=csv]').click()])
  assert.equal(file.suggestedFilename(), '360200-air-hourly.csv')
  const rows = rowsOf(readFileSync(await file.path(), 'utf8'))
  let observed = 0
  for (const { id } of (await ask('sites?kind=air-station')).items) {
    const { items } = await ask(`observations?site=${id}&averaging=PT1H&from=2020-04-01T00:00:01%2B08:00&to=2020-04-03T00:00:00%2B08:00`)
    for (const item of items) {
      const mine = rows.filter((r) => r.site === id && r.property === item.series.property && r.statistic === item.series.statistic)
      assert.equal(mine.length, item.phenomenon_end.length, `${id} ${item.series.property}`)
      item.phenomenon_end.forEach((end, i) => {
        assert.equal(Date.parse(mine[i].phenomenon_end), Date.parse(end))
        assert.equal(mine[i].value, item.value[i] === null ? '' : String(item.value[i]))
        assert.equal(mine[i].device_flag, item.device_flag[i])
        assert.equal(mine[i].quality_flags, item.quality[i].map((q) => q.rule).join(';'))
        assert.equal(mine[i].voided, item.quality[i].some((q) => q.voids) ? 'yes' : 'no')
      })
      observed += item.phenomenon_end.length
    }
  }
  assert.ok(observed > 500, `${observed} rows`)
  assert.equal(rows.length, observed)
})

test('in English nothing of the page is left in Chinese but names', async (t) => {
  await people()
  const { page, then } = await visitPeople(t, { hash: '#/public', lang: 'en' })
  await then.pageSays('The air now', 'My river', 'My well')
  await page.locator('[data-part=river] .uses').waitFor()
  await then.noChineseBut(['中文', '青瓷', '乐安河', '昌江', '南河', 'Ⅱ', 'Ⅲ'])
  await then.isPhotographed('public-now-en')
})
