import assert from 'node:assert/strict'
import test from 'node:test'
import { ask, phone, server } from './driver.mjs'
import { aDay, counts, reviewTruth, visitReview } from './review_driver.mjs'

// A day on which the demo city has no values of its own: what is done here moves no other test's data.
const site = 'air.2345A'
const day = '2020-03-28'
const spikeHour = 10
const spikeTime = '2020-03-28T02:00:00Z' // 10:00 in Beijing
const sheetAddress = `#/review?sheet=${site}&day=${day}`
const run = String(Date.now()).slice(-6)
const [wang, li, zhou] = [`王工${run}`, `李主任${run}`, `周站长${run}`]
let terms
let report

const stateWord = (id, lang = 'zh') => terms.states.find((s) => s.id === id)[lang]
const toState = (transition, from) => terms.transitions.find((x) => x.id === transition && [x.from].flat().includes(from))?.to

test('the queue ranks the sheets of a day, and is filtered, exported and come back to', async (t) => {
  await aDay({ site, day, hour: spikeHour, spike: 912 })
  terms = await reviewTruth.terms()
  const truth = (await reviewTruth.queue(day)).items.find((i) => i.site === site)
  const { when, then } = await visitReview(t, { hash: `#/review?from=${day}&to=${day}` })
  await then.queueHas(site, day, '台达陶瓷', String(truth.need_eyes), stateWord(truth.state))
  await then.isPhotographed('review-queue-zh')
  const csv = await when.exportsCsv()
  assert.match(csv, new RegExp(`台达陶瓷.*${day}`))
  await when.filters('kind', 'river-section')
  await then.queueHasNot(site, day)
  await when.filters('kind', 'air-station')
  await when.opensSheet(site, day)
  await then.stateIs(stateWord('open'))
  await when.goesBack()
  await then.queueIsBackAt(site, day)
})

test('a daily report is issued, and each figure opens what it was made of', async (t) => {
  const { when, then } = await visitReview(t, { hash: '#/review?part=reports' })
  await when.issues(day, zhou, '例行日报')
  report = await reviewTruth.report(await then.reportId())
  const figure = report.figures.find((f) => f.site === site && f.property === 'PM10' && f.series !== null && f.value !== null)
  assert.ok(figure, 'the report has PM10 of the station')
  await then.reportSays(zhou, '例行日报')
  await when.opensFigure(figure.ref)
  await then.evidenceHasInputs(20)
  await when.goesDeeper()
  await then.rawIsShown()
  await then.isPhotographed('report-evidence-zh')
  await when.asksWhatDepends()
  await then.dependsSay(report.title_zh)
})

test('values are chosen with the keys alone; nothing is saved unseen; what happens is what was foretold', async (t) => {
  const { when, then } = await visitReview(t, { hash: `${sheetAddress}&column=PM10/PT1H` })
  await then.stateIs(stateWord('open'))
  await then.chartIsDrawn()
  await when.focusesChart()
  await when.keys('Home', ...Array(spikeHour - 1).fill('ArrowRight'), ' ')
  await then.isSpoken('10:00', '912')
  await then.chosenAre(1)
  await then.cannotSave()
  await when.decides({ action: 'void', note: '现场核查：采样管松脱' })
  await when.previews()
  await then.canSave()
  const foretold = await then.previewTally()
  assert.equal(foretold.hours, 1)
  assert.ok(foretold.days >= 1, 'a daily value changes')
  assert.ok(foretold.reports >= 1, 'the issued report changes')
  await then.isPhotographed('review-preview-zh')
  // A note of other words is not what was previewed.
  await when.decides({ action: 'void', note: '改了备注' })
  await then.cannotSave()
  await when.previews()
  await when.saves('', '采样管松脱', { refused: true })
  await then.fieldIsInvalid('save', 'who')
  await when.saves(wang, '采样管松脱，数据失真')
  await then.savedIsAsForetold()
  assert.deepEqual(await then.savedTally(), foretold)
  await then.isPhotographed('review-saved-zh')
  const row = await reviewTruth.row(site, day, 'PM10', spikeTime)
  assert.deepEqual([row.raw, row.value], [912, null])
  const newest = (await reviewTruth.errata(site)).find((e) => e.who === wang)
  const erratum = await reviewTruth.erratum(newest.id)
  assert.deepEqual([erratum.who, erratum.why], [wang, '采样管松脱，数据失真'])
  assert.deepEqual(counts(erratum), foretold)
  await then.decisionsSay(wang, '改了备注')
})

test('the report that was issued before carries a marked erratum', async (t) => {
  const { when, then } = await visitReview(t, { hash: `#/review?part=reports&id=${report.id}` })
  const now = await reviewTruth.report(report.id)
  assert.deepEqual(now.figures, report.figures, 'the issued figures stay as they were')
  const changed = now.errata[0].figures[0]
  await then.errataBoxSays('采样管松脱', `#${now.errata[0].id}`)
  await then.figureIsMarked(changed.ref)
  await then.isPhotographed('report-erratum-zh')
  await when.opensPart('errata')
  await then.pageSays(wang, '采样管松脱')
})

test('a box drawn over the chart chooses its points; a correction needs its number; a decision is taken back', async (t) => {
  const { when, then } = await visitReview(t, { hash: `${sheetAddress}&column=O3/PT1H`, lang: 'en' })
  await then.stateIs(stateWord('open', 'en'))
  await when.dragsOverTop(0.6)
  await then.chosenAreMoreThan(1)
  await when.decides({ action: 'offset', numbers: { offset: '' } })
  await when.previews({ refused: true })
  await then.cannotSave()
  await when.decides({ action: 'offset', numbers: { offset: '-4.5' }, note: 'zero check' })
  await when.previews()
  await then.canSave()
  const foretold = await then.previewTally()
  await when.saves(wang, 'zero drift found at the check')
  await then.savedIsAsForetold()
  assert.deepEqual(await then.savedTally(), foretold)
  await then.decisionsSay('-4.5', 'zero check')
  await when.takesBack()
  await then.canSave()
  await when.saves(wang, 'the check itself was wrong')
  await then.savedIsAsForetold()
  const { columns } = await reviewTruth.sheet(site, day)
  for (const row of columns.find((c) => c.property === 'O3' && c.averaging === 'PT1H').rows) assert.equal(row.value, row.raw)
})

test('the chart shows context and longer spans', async (t) => {
  const { when, then } = await visitReview(t, { hash: `${sheetAddress}&column=SO2/PT1H` })
  await then.chartIsDrawn()
  await when.addsContext(3)
  await when.looksOver(7)
  await then.addressHas('days=7')
  await then.pageSays('3/6', '校准')
  await then.isPhotographed('review-context-zh')
})

test('submitted by one, checked by another, locked by a third; then it stays', async (t) => {
  const { when, then, expects } = await visitReview(t, { hash: sheetAddress })
  await when.moves('submit', wang, '审核完毕')
  await then.stateIs(stateWord(toState('submit', 'open')))
  await then.decideSays(stateWord(toState('submit', 'open')))
  await when.moves('check', wang, '自己复审', { refused: true })
  await then.transitionIsRefused()
  await when.moves('check', li, '复审同意')
  await then.stateIs(stateWord(toState('check', toState('submit', 'open'))))
  await when.moves('lock', zhou, '三审锁定')
  await then.stateIs(stateWord('locked'))
  await then.historyHas(wang, li, zhou, '复审同意')
  await then.isPhotographed('review-locked-zh')
  const { state, history } = await reviewTruth.sheet(site, day)
  assert.equal(state, 'locked')
  assert.deepEqual(history.map((h) => h.who).sort(), [wang, li, zhou].sort())
  const late = { site, who: wang, why: '锁定之后', preview: 'none', decisions: [{ property: 'PM10', averaging: 'PT1H', times: [spikeTime], action: 'accept', numbers: {}, reason: terms.reasons.find((r) => r.actions.includes('accept')).id, note: '' }] }
  assert.equal((await fetch(`${server}/api/v1/review/decisions`, { method: 'POST', body: JSON.stringify(late) })).status, 409)
  assert.equal((await reviewTruth.row(site, day, 'PM10', spikeTime)).value, null)
  expects(/status of 4\d\d/)
  await when.moves('unlock', zhou, '', { refused: true })
  await then.fieldIsInvalid('transition', 'why')
  await when.moves('unlock', zhou, '补充现场记录')
  await then.stateIs(stateWord(toState('unlock', 'locked')))
})

test('what somebody else has done meanwhile is said in words', async (t) => {
  const { when, then } = await visitReview(t, { hash: sheetAddress })
  await then.stateIs(stateWord('open'))
  await when.startsMoving('submit')
  await reviewTruth.moves(site, day, 'submit', wang, '先到一步')
  await when.moves('submit', li, '提交', { refused: true })
  await then.conflictIsTold()
  await then.stateIs(stateWord(toState('submit', 'open')))
})

test('from a value on the map to what depends on it, and to its sheet', async (t) => {
  const { when, then } = await visitReview(t, { hash: `#/map?site=${site}&t.air-station=${spikeTime}` })
  await then.panelSays('台达陶瓷')
  await when.asksWhatDependsOnTheMap()
  await when.picksDependent('NO2')
  await then.dependsSay(day)
  await when.followsToSheet()
  await then.addressHas(`sheet=${site}`, `day=${day}`)
  await then.chosenAre(1)
})

test('what was reviewed elsewhere comes in as a file: counts, preview, saved as foretold, and again nothing', async (t) => {
  const there = '2020-03-21'
  const at = (h) => `${there} ${String(h).padStart(2, '0')}:00`
  const rows = ['点位,项目,周期,时间,审核前,审核后,单位,备注,审核人', `${site},PM10,小时,${at(1)},58,58,ug/m3,,`, `${site},PM10,小时,${at(2)},912,,ug/m3,雷击,${zhou}`, `${site},PM10,小时,${at(3)},60,61.5,ug/m3,,${zhou}`, `nowhere,PM10,小时,${at(3)},60,61,ug/m3,,`]
  const { when, then } = await visitReview(t, { hash: '#/review' })
  await when.goesToPairs()
  await when.choosesPairs('审核结果.csv', rows)
  await then.pairsAre('待保存', { rows: 4, accepted: 1, voided: 1, corrected: 1, raw_added: 3, refused: 1 })
  await then.pairProblemsSay('nowhere', '没有这个点位', '写点位编号')
  await then.isPhotographed('review-pairs-zh')
  await when.savesWithKeys(li, '历史数据入库')
  await then.pairsAre('已完成', { accepted: 1, voided: 1, corrected: 1, refused: 1 })
  await then.savedIsAsForetold()
  const { columns, decisions } = await reviewTruth.sheet(site, there)
  assert.deepEqual(columns.find((c) => c.property === 'PM10').rows.map((r) => [r.raw, r.value]), [[58, 58], [912, null], [60, 61.5]])
  assert.ok(decisions.every((d) => d.who === li && d.elsewhere))
  assert.deepEqual(decisions.flatMap((d) => d.notes.map((n) => n.note)).sort(), [`审核人：${zhou}`, `审核人：${zhou}；雷击`])
  await when.goesToPairsAgain()
  await when.choosesPairs('审核结果.csv', rows)
  await then.pairsAre('已完成', { unchanged: 3, accepted: 0, refused: 1 })
  await then.nothingSticksOut()
})

test('the whole way with the keys alone: queue, sheet, chart, back', async (t) => {
  const { when, then, page } = await visitReview(t, { hash: `#/review?from=${day}&to=${day}`, lang: 'en' })
  await then.queueHas(site, day, 'Taida Ceramics')
  await when.tabsTo('Taida Ceramics')
  await when.presses('Enter')
  await then.addressHas(`sheet=${site}`)
  await then.chartIsDrawn()
  for (let i = 0; i < 80 && !(await page.evaluate(() => document.activeElement?.getAttribute('data-part') === 'work-chart')); ++i) await when.presses('Tab')
  await when.keys('End', 'Shift+ArrowLeft', 'Shift+ArrowLeft')
  await then.chosenAre(3)
  await when.keys('Escape')
  await then.chosenAre(0)
})

test('on a phone everything fits, and the English pages have no Chinese words', async (t) => {
  const { when, then } = await visitReview(t, { hash: `#/review?from=${day}&to=${day}`, lang: 'en', size: phone })
  const named = ['中文', '青瓷', wang, li, zhou, '张三', '采样管', '备注', '复审', '锁定', '日报', '审核', '记录', '一步', '自己']
  await then.queueHas(site, day, 'Taida Ceramics')
  await then.nothingSticksOut()
  await then.noChineseBut(named)
  await then.isPhotographed('phone-review-queue')
  await when.opensSheet(site, day)
  await then.chartIsDrawn()
  await then.nothingSticksOut()
  await then.noChineseBut(named)
  await then.isPhotographed('phone-review-sheet')
  await when.opensPart('errata')
  await then.pageSays('Changed values')
  await then.nothingSticksOut()
  await when.opensPart('reports')
  await then.pageSays('Issued')
  await then.nothingSticksOut()
  await then.noChineseBut(named)
  await then.isPhotographed('phone-reports')
  assert.ok((await ask('reports')).items.length > 0)
})
