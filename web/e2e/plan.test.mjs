// J4: the planner's morning. All promises at a glance, those that will probably fail, from a number to its raw rows in two
// clicks, editions side by side, the time machine, and what would help. What is right is asked of the API each time.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ask, eventually, phone, server, truth, visit } from './driver.mjs'

const failing = ['unlikely', 'behind']

// The first question after a start works out the whole plan.
before(() => ask('plan'), { timeout: 300_000 })

async function visitPlan(t, options = {}) {
  const seen = await visit(t, { hash: '#/plan', ...options })
  const { page, eventually: until } = seen
  const promise = page.locator('[data-part=promise]')
  return {
    ...seen,
    promise,
    part: (name) => promise.locator(`[data-part="${name}"]`),
    when: {
      ...seen.when,
      opensSquare: (id) => page.locator(`[data-square="${id}"]`).click(),
      asksStatus: (status) => page.locator(`[data-status-filter="${status}"]`).click(),
      looksBackTo: (day) => page.locator('input[name=known]').fill(day),
    },
    then: {
      ...seen.then,
      squaresAre: (ids) =>
        until('squares', async () => {
          const shown = await page.locator('[data-square]').evaluateAll((all) => all.map((e) => e.dataset.square).sort())
          assert.deepEqual(shown, [...ids].sort())
        }),
      countIs: (status, n) => until(`count of ${status}`, async () => assert.equal((await page.locator(`[data-status-filter="${status}"] b`).innerText()).trim(), String(n))),
      promiseIsOpen: (id) => until(id, async () => assert.equal(await promise.getAttribute('data-promise'), id)),
      partSays: (name, ...words) =>
        until(name, async () => {
          const text = await promise.locator(`[data-part="${name}"]`).first().innerText()
          for (const w of words) assert.ok(text.includes(w), `${name} has no '${w}': ${text.slice(0, 400)}`)
        }),
    },
  }
}

/** As lib/plan.ts writes a number. */
function figure(value) {
  if (value === null || value === undefined) return '—'
  const places = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return String(Number(value.toFixed(places)))
}

/** The first promise whose details are wanted. */
async function firstPromise(wanted, query = {}) {
  for (const p of await truth.promises(query)) {
    if (p.standing !== 'computed' || p.value === null) continue
    const detail = await truth.promise(p.id, query)
    if (wanted(detail)) return detail
  }
  throw new Error('the demo city has no such promise')
}

test('all promises at a glance; those that will probably fail, wait or bind are one click away', { timeout: 120_000 }, async (t) => {
  const all = await truth.promises()
  assert.equal(all.length, 218)
  const { page, when, then } = await visitPlan(t)
  await then.squaresAre(all.map((p) => p.id))
  for (const status of ['met', 'likely', 'waits', 'unmeasurable', 'no-data']) await then.countIs(status, all.filter((p) => p.status === status).length)
  // Told by sign and word as well as by colour.
  const words = await page.locator('[data-square]').evaluateAll((list) => list.map((e) => e.getAttribute('aria-label')))
  assert.ok(words.every((w) => /已完成|有望完成|按进度|难以完成|落后|无法判断|无数据|等待数据|不可量化/.test(w)))
  await then.isPhotographed('plan-overview-zh')
  await when.asksStatus('failing')
  await then.addressHas('status=failing')
  await then.squaresAre(all.filter((p) => failing.includes(p.status)).map((p) => p.id))
  await when.asksStatus('waits')
  await then.squaresAre(all.filter((p) => p.status === 'waits').map((p) => p.id))
  await when.asksStatus('waits')
  await page.locator('select[name=kind]').selectOption('constraining')
  await then.squaresAre(all.filter((p) => p.kind === 'constraining').map((p) => p.id))
  await page.locator('select[name=kind]').selectOption('')
  const csv = await when.exportsCsv()
  assert.equal(csv.trim().split(/\r\n/).length, 219)
  await then.nothingSticksOut()
})

test('one that waits names the data, one that cannot be measured says why, both with the words of the plan', { timeout: 120_000 }, async (t) => {
  const all = await truth.promises()
  for (const standing of ['waits', 'unmeasurable']) {
    const one = all.find((p) => p.standing === standing)
    const { when, then } = await visitPlan(t)
    await when.opensSquare(one.id)
    await then.promiseIsOpen(one.id)
    await then.partSays('reason', one.reason_zh)
    const { evidence } = await truth.promise(one.id)
    await then.partSays('clause', evidence.replace(/^line \d+: /, ''))
    if (one.waits_for) await then.partSays('value', one.waits_for)
  }
})

test('from a number to the record it counted: two clicks', { timeout: 120_000 }, async (t) => {
  const detail = await firstPromise((d) => d.counted.some((c) => c.is_register && c.items.length > 0))
  const { page, part, when, then } = await visitPlan(t)
  await when.opensSquare(detail.promise.id)
  await then.promiseIsOpen(detail.promise.id)
  await then.partSays('big', figure(detail.promise.value))
  await then.partSays('edition', '当日有效版本')
  await page.locator('[data-act=how]').click()
  const counted = part('how').locator('[data-origin=record]').first()
  await counted.waitFor()
  const id = (await counted.innerText()).trim()
  await counted.click()
  await then.addressHas('#/registers', `record=${id}`)
  await then.pageSays(id)
  await page.goBack()
  await then.promiseIsOpen(detail.promise.id)
})

test('from a sentence of the 2028 evaluation to the record behind it: two clicks', { timeout: 180_000 }, async (t) => {
  const draft = await ask('report-drafts', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Celadon': '1' }, body: JSON.stringify({ template: 'plan-evaluation', day: '2028-12-31', who: '规划员', why: '评估' }) })
  const detail = await firstPromise((d) => d.counted.some((c) => c.is_register && c.items.length > 0) && d.promise.value !== null)
  const { page, part, then } = await visitPlan(t)
  const file = await fetch(`${server}/api/v1/report-drafts/${draft.id}/file.html`) // a download: opened as from the disk
  await page.goto('about:blank')
  await page.setContent(await file.text())
  assert.match(await page.locator('h1').first().innerText(), /中期评估/)
  await then.isPhotographed('plan-evaluation-html')
  await page.locator(`a[href*="target=${detail.promise.id}"]`).first().click()
  await then.promiseIsOpen(detail.promise.id)
  const counted = part('how').locator('[data-origin=record]').first()
  const id = (await counted.innerText()).trim()
  await counted.click()
  await then.addressHas('#/registers', `record=${id}`)
  await then.pageSays(id)
})

test('PM2.5 of 2016 under each edition, side by side and never without a name; from there to the series', { timeout: 120_000 }, async (t) => {
  const query = { year: '2016' }
  const detail = await firstPromise((d) => d.measures.some((m) => m.id === 'pm25') && d.promise.kind !== 'baseline', query)
  const { page, part, then } = await visitPlan(t, { hash: `#/plan?target=${detail.promise.id}&year=2016` })
  await then.promiseIsOpen(detail.promise.id)
  assert.ok(detail.editions.length > 1)
  for (const edition of detail.editions) {
    const value = edition.years.find((y) => y.year === 2016)?.value ?? null
    await eventually(edition.id, async () => {
      assert.ok((await part('editions').locator(`[data-edition-head="${edition.id}"]`).innerText()).includes(edition.name_zh))
      assert.ok((await part('editions').locator(`[data-year="2016"] [data-edition="${edition.id}"]`).innerText()).startsWith(figure(value)))
    })
  }
  await eventually('chart', async () => assert.ok((await part('years-chart').locator('canvas').first().screenshot()).length > 2000))
  await then.isPhotographed('plan-pm25-2016-zh')
  await page.locator('select[name=by]').selectOption('2012')
  await then.partSays('edition', detail.editions.find((e) => e.id === '2012').name_zh)
  await then.addressHas('by=2012')
  await page.locator('[data-act=how]').click()
  await part('how').locator('[data-origin=series]').first().click()
  await then.addressHas('#/charts', 'city.360200')
  await eventually('series', async () => assert.ok((await page.locator('main canvas').first().screenshot()).length > 3000))
})

test('good-air days differ by edition, and the page shows each by itself', { timeout: 120_000 }, async (t) => {
  const detail = await firstPromise((d) => d.measures.some((m) => m.id === 'good_days'), { year: '2016' })
  const { part, then } = await visitPlan(t, { hash: `#/plan?target=${detail.promise.id}&year=2016` })
  await then.promiseIsOpen(detail.promise.id)
  const shown = new Map()
  for (const edition of detail.editions) shown.set(edition.id, await part('editions').locator(`[data-year="2016"] [data-edition="${edition.id}"]`).innerText())
  const told = new Set(detail.editions.map((e) => figure(e.years.find((y) => y.year === 2016)?.value)))
  assert.ok(told.size > 1)
  assert.equal(new Set([...shown.values()].map((v) => v.split('%')[0])).size, told.size)
  await then.partSays('months', '1月', '12月')
})

test('the time machine shows what was known then, says so, and comes back', { timeout: 180_000 }, async (t) => {
  const day = '2020-06-30'
  const [then_, now] = await Promise.all([truth.promises({ as_known_at: `${day}T23:59:59+08:00` }), truth.promises()])
  const { page, when, then } = await visitPlan(t)
  const count = (list, status) => list.filter((p) => p.status === status).length
  await then.countIs('no-data', count(now, 'no-data'))
  await when.looksBackTo(day)
  await then.addressHas(`known=${day}`)
  await then.pageSays(day)
  await then.countIs('no-data', count(then_, 'no-data'))
  assert.notEqual(count(then_, 'no-data'), count(now, 'no-data'))
  await page.locator('[data-act=now]').click()
  await then.countIs('no-data', count(now, 'no-data'))
})

test('what would help: open work is supposed done, before and after stand side by side, nothing is stored', { timeout: 120_000 }, async (t) => {
  const detail = await firstPromise((d) => d.promise.outlook.method === 'milestones' && d.tasks.some((x) => x.milestones.some((m) => m.done_on === null)))
  const { id, milestones, milestones_done, outlook } = detail.promise
  const { page, part, then } = await visitPlan(t, { hash: `#/plan?target=${id}` })
  await then.promiseIsOpen(id)
  await page.locator('[data-act=all-work]').click()
  await page.locator('[data-form=what-if] button[type=submit]').click()
  await then.partSays('what-if', `${milestones_done}/${milestones}`, `${milestones}/${milestones}`)
  const cells = await part('what-if').locator('[data-row=probability] td').allInnerTexts()
  assert.ok(Number.parseInt(cells[1]) >= Number.parseInt(cells[0]), cells.join(' to '))
  assert.equal(cells[0], `${Math.round(outlook.probability * 100)}%`)
  await then.isPhotographed('plan-what-if-zh')
  assert.deepEqual((await truth.promise(id)).promise, detail.promise)
})

test('the tree of the work is gone through by keyboard; what is overdue says so', { timeout: 120_000 }, async (t) => {
  const { items } = await ask('plan/tree')
  const overdue = items.flatMap((p) => p.tasks).reduce((n, task) => n + task.overdue, 0)
  const { page, when, then, eventually: until } = await visitPlan(t, { hash: '#/plan?part=tree' })
  await until('count', async () => assert.equal(await page.locator('[data-part=overdue-count]').innerText(), `逾期 ${overdue} 项`))
  const focus = () => page.evaluate(() => ({ kind: document.activeElement.dataset.kind, open: document.activeElement.getAttribute('aria-expanded') }))
  await page.locator('[role=treeitem]').first().focus()
  assert.deepEqual(await focus(), { kind: 'chapter', open: 'false' })
  await when.presses('ArrowRight')
  await until('opened', async () => assert.deepEqual(await focus(), { kind: 'chapter', open: 'true' }))
  await when.presses('ArrowRight')
  await until('section', async () => assert.equal((await focus()).kind, 'section'))
  await when.presses('ArrowLeft')
  await until('chapter', async () => assert.equal((await focus()).kind, 'chapter'))
  await when.presses('ArrowLeft')
  await until('closed', async () => assert.deepEqual(await focus(), { kind: 'chapter', open: 'false' }))
  await page.locator('input[name=overdue]').check()
  await then.addressHas('overdue=yes')
  await until('overdue ones', async () => {
    assert.equal(await page.locator('[data-kind=milestone]').count(), overdue)
    if (overdue > 0) assert.match(await page.locator('[data-kind=milestone]').first().innerText(), /逾期/)
  })
  await then.isPhotographed('plan-tree-zh')
})

test('counties side by side, under one year and one edition', { timeout: 120_000 }, async (t) => {
  const { places } = await ask('plan')
  const { page, then, eventually: until } = await visitPlan(t, { hash: '#/plan?part=compare' })
  const county = places.find((p) => !p.whole)
  const there = (await truth.promises({ place: county.id })).find((p) => p.standing === 'computed' && p.value !== null)
  await until('cell', async () => assert.ok((await then.cell(there.id, county.id)).startsWith(figure(there.value))))
  await then.pageSays('当日有效版本')
  await then.isPhotographed('plan-compare-zh')
  await page.locator(`tr[data-row="${there.id}"] td[data-column="${county.id}"] a`).click()
  await then.addressHas(`target=${there.id}`, `place=${county.id}`)
})

test('the nights tell what moved, or that there was none yet', { timeout: 60_000 }, async (t) => {
  const { items } = await ask('plan/runs')
  const { page, then, eventually: until } = await visitPlan(t, { hash: '#/plan?part=runs' })
  if (items.length === 0) await then.pageSays('还没有夜间核算的记录')
  else await until('nights', async () => assert.ok((await page.locator('[data-night]').count()) >= items.length))
})

test('on a phone, in English, every part fits the screen', { timeout: 180_000 }, async (t) => {
  const detail = await firstPromise((d) => d.tasks.length > 0)
  const { page, then } = await visitPlan(t, { lang: 'en', size: phone })
  for (const hash of ['#/plan', `#/plan?target=${detail.promise.id}`, '#/plan?part=tree', '#/plan?part=compare', '#/plan?part=runs']) {
    await page.evaluate((h) => (location.hash = h), hash.slice(1))
    await page.waitForTimeout(1500)
    await then.nothingSticksOut()
    await then.isPhotographed(`phone-plan-${hash.replace(/[^a-z0-9]+/gi, '-')}-en`)
  }
})
