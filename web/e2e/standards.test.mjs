import assert from 'node:assert/strict'
import test from 'node:test'
import { phone, truth, visit } from './driver.mjs'

const city = 'city.360200'
const year = { from: '2015-01-01', to: '2015-12-31' }
const compareYear = `#/standards?tab=compare&site=${city}&from=${year.from}&to=${year.to}`

function otherLevel({ editions }) {
  return new Set(editions.map(({ verdict: v }) => JSON.stringify([v.status, v.level, v.class, v.attains]))).size > 1
}

test('the catalogue lists every edition, with the rows that are not verified', async (t) => {
  const { items } = await truth.standards()
  const { when, then } = await visit(t)
  await when.opensPage('standards')
  await then.pageSays('目录', '试判', '对比')
  assert.deepEqual((await then.editionsListed()).sort(), items.map((e) => e.edition).sort())
  for (const e of items) {
    await then.editionSays(e.edition, e.title_zh, e.valid_from, ...(e.rows > 0 ? [`查看 ${e.rows} 行`] : []), ...(e.unverified_rows > 0 ? [`${e.unverified_rows} 行未核实`] : []))
    if (e.unverified_rows === 0) await then.editionSaysNot(e.edition, '行未核实')
  }
  await then.isPhotographed('standards-catalogue-zh')
  await when.searches('声环境')
  assert.deepEqual((await then.editionsListed()).sort(), items.filter((e) => e.title_zh.includes('声环境')).map((e) => e.edition).sort())
})

test('a large table opens at its own address, row by row as the server has it, and is searched', async (t) => {
  const { rows } = await truth.table('groundwater-class', 'GB/T 14848-2017')
  assert.ok(rows.length > 300)
  const { when, then } = await visit(t, { hash: '#/standards' })
  await when.opensTable('GB/T 14848-2017')
  await then.rowsAre(rows.length)
  await then.addressHas('table=GB/T+14848-2017')
  assert.equal(await then.cell('0', 'holds'), rows[0].holds.replace('<=', '≤'))
  await when.searches('总硬度')
  await then.rowsAre(rows.filter((r) => r.item === '总硬度').length)
  await then.isPhotographed('standards-table-zh')
  await when.goesBackToCatalogue()
  await then.editionSays('GB/T 14848-2017', '地下水质量标准')
})

test('an edition that several rules use opens the table', async (t) => {
  const { rows } = await truth.table('ambient-air', 'GB 3095-2012')
  const { then } = await visit(t, { hash: '#/standards?table=GB+3095-2012' })
  await then.rowsAre(rows.length)
  await then.pageSays('24 小时平均')
})

test('values are judged as the server judges them, and each step is told', async (t) => {
  const { when, then } = await visit(t, { hash: '#/standards?tab=try&rule=aqi-hourly' })
  await when.entersValues(['PM2.5', '35'], ['PM10', '72'], ['CO', '900', 'ug/m3'])
  await when.choosesField('date', '2024-06-01')
  await when.judges()
  const line = { date: '2024-06-01', inputs: { 'PM2.5': 35, PM10: 72, CO: { value: 900, unit: 'ug/m3' } } }
  const judgement = await truth.judge('aqi-hourly', line)
  assert.equal(judgement.verdict.value, 61) // HJ 633-2012 table 1: PM10 72 -> (100-50)/(150-50)*(72-50)+50
  await then.resultIs(judgement, '良', 'HJ 633-2012', ...judgement.why.slice(-2).map((s) => s.text_zh))
  await then.resultIsRead()
  await then.isPhotographed('standards-try-zh')
  await when.choosesField('edition', 'HJ 633-2026')
  await when.judges()
  await then.resultIs(await truth.judge('aqi-hourly', { ...line, edition: 'HJ 633-2026' }), 'HJ 633-2026')
})

test('every example is judged', async (t) => {
  const { when, then } = await visit(t, { hash: '#/standards?tab=try' })
  for (const rule of ['aqi-hourly', 'ambient-air', 'water-class', 'groundwater-class', 'stack-ceramic', 'noise-zone']) {
    await when.takesExample(rule)
    await then.addressHas(`rule=${rule}`)
    await when.judges()
    await then.pageSays('推算过程', '结论')
  }
})

test('a list of values and a circumstance go to the rule that asks for them', async (t) => {
  const { when, then } = await visit(t, { hash: '#/standards?tab=try' })
  await when.picksRule('heavy-pollution-warning')
  await when.entersValues(['AQI', '160\n210\n220\n230'])
  await when.choosesField('date', '2024-06-01')
  await when.judges()
  await then.resultIs(await truth.judge('heavy-pollution-warning', { date: '2024-06-01', inputs: { AQI: [160, 210, 220, 230] } }))
  await when.picksRule('noise-zone')
  await when.entersValues(['Leq', '51.2'])
  await when.choosesField('date', '2024-06-01')
  await when.judges()
  const silent = await truth.judge('noise-zone', { date: '2024-06-01', inputs: { Leq: 51.2 } })
  assert.equal(silent.verdict.status, 'not-judged')
  await then.resultIs(silent, '未评价', silent.verdict.reason_zh)
  await when.choosesField('zone', '2')
  await when.choosesField('period', 'night')
  await when.judges()
  await then.resultIs(await truth.judge('noise-zone', { date: '2024-06-01', zone: '2', period: 'night', inputs: { Leq: 51.2 } }), '超标')
})

test('what is refused is told beside the field at fault', async (t) => {
  const { when, then } = await visit(t, { hash: '#/standards?tab=try&rule=aqi-hourly' })
  await when.entersValues(['PM2.5', '35'], ['PM10', 'abc'])
  await when.judges({ refused: true })
  await then.fieldIsRefused('PM10 is no number')
  await when.entersValues(['PM2.5', '35'], ['PM2.5', '36'])
  await when.judges()
  await then.fieldIsRefused('已经填过')
  await when.entersValues(['PM2.5', '35'], ['PM10', '72'])
  await when.choosesField('date', '')
  await when.judges({ refused: true })
  await then.fieldIsRefused('date')
})

test('days on which two editions differ are listed, with both verdicts and both whys', async (t) => {
  const all = await truth.comparison(city, year.from, year.to)
  assert.ok(all.differing > 0 && all.differing < all.judged)
  const { when, then } = await visit(t, { hash: `#/standards?tab=compare&site=${city}` })
  await when.compares(year)
  await then.summaryIs('景德镇市', `共 ${all.judged} 天`, `${all.differing} 天`, `${all.items.filter(otherLevel).length} 天级别`)
  await then.addressHas(`site=${city}`, `from=${year.from}`, `to=${year.to}`)
  await then.rowsAre(all.differing)
  for (const one of [all.items[0], all.items.find(otherLevel), all.items.at(-1)]) await then.differenceShows(one)
  const [first] = all.items.filter(otherLevel)
  await when.keepsOtherLevelsOnly()
  await then.rowsAre(all.items.filter(otherLevel).length)
  await when.opensDifference(first.time)
  await then.whysAre(...first.editions.map((j) => j.why.length))
  await then.pageSays(first.editions[0].edition, first.editions[1].edition)
  await then.isPhotographed('standards-compare-zh')
})

test('the comparison is exported, verdicts and words in columns of their own', async (t) => {
  const all = await truth.comparison(city, year.from, year.to)
  const { when, then } = await visit(t, { hash: compareYear, lang: 'en' })
  await then.summaryIs(`${all.differing} of ${all.judged} days`)
  await then.noChineseBut(['青瓷', '中文', '东郊污水厂总排口'])
  const [head, ...lines] = (await when.exportsCsv()).replace('\ufeff', '').trim().split('\r\n')
  assert.equal(lines.length, all.differing)
  assert.ok(head.startsWith(`Day,${all.editions.join(',')},`), head)
  assert.deepEqual(lines[0].split(',').slice(1, 3), all.items[0].editions.map((j) => String(j.verdict.value)))
})

test('hours of a station are compared too, and one edition alone is not', async (t) => {
  const all = await truth.comparison('air.2344A', '2020-03-27', '2020-04-02')
  const { when, then } = await visit(t, { hash: '#/standards?tab=compare' })
  await when.compares({ site: 'air.2344A', from: '2020-03-27', to: '2020-04-02' })
  await then.summaryIs(`共 ${all.judged} 个时次`, `${all.differing} 个`)
  await when.takesOutEdition('HJ 633-2026')
  await when.compares({})
  await then.pageSays('至少选两个版本')
})

test('the keyboard opens a tab, a table and a difference', async (t) => {
  const { when, then } = await visit(t, { hash: '#/standards' })
  await then.editionSays('GB 3095-2012', '环境空气质量标准')
  await when.tabsTo('GB 3095-2012: 查看 46 行')
  await when.presses('Enter')
  await then.addressHas('table=GB+3095-2012')
  const all = await truth.comparison(city, '2015-01-01', '2015-01-31')
  const other = await visit(t, { hash: `#/standards?tab=compare&site=${city}&from=2015-01-01&to=2015-01-31` })
  await other.then.summaryIs(`共 ${all.judged} 天`)
  const [first] = all.items
  const day = new Date(Date.parse(first.time) - 1 + 8 * 3_600_000).toISOString().slice(0, 10)
  await other.when.tabsTo(`${day} 为什么`)
  await other.when.presses('Enter')
  await other.then.whysAre(...first.editions.map((j) => j.why.length))
})

test('on a phone the three tabs fit the screen', async (t) => {
  const all = await truth.comparison(city, year.from, year.to)
  const { when, then } = await visit(t, { hash: '#/map', size: phone })
  await when.opensPage('standards')
  await then.editionSays('GB 3095-2012', '环境空气质量标准')
  await then.nothingSticksOut()
  await then.isPhotographed('phone-standards-catalogue')
  await when.opensTab('try')
  await when.takesExample('water-class')
  await when.judges()
  await then.pageSays('推算过程')
  await then.resultIsRead()
  await then.nothingSticksOut()
  await then.isPhotographed('phone-standards-try')
  await when.opensTab('compare')
  await when.compares({ site: city, ...year })
  await then.summaryIs(`共 ${all.judged} 天`, `${all.differing} 天`)
  await when.opensDifference(all.items[0].time)
  await then.whysAre(...all.items[0].editions.map((j) => j.why.length))
  await then.nothingSticksOut()
  await then.isPhotographed('phone-standards-compare')
  // What was typed and judged is still there.
  await when.opensTab('try')
  await then.pageSays('推算过程')
})
