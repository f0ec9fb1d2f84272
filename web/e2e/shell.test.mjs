import assert from 'node:assert/strict'
import test from 'node:test'
import { phone, truth, visit } from './driver.mjs'

// The frame around the pages: navigation, command palette, tables, the wall.

const wide = { width: 3840, height: 2160 }

test('the bar has seven entries at most and does not overflow at 1366', async (t) => {
  const { page, then } = await visit(t, { hash: '#/list' })
  await then.pageSays('兽医站')
  const shown = await page.locator('#pages > a, #pages .more').evaluateAll((all) => all.filter((e) => e.offsetParent !== null).length)
  assert.ok(shown <= 7, `${shown} entries`)
  await then.nothingSticksOut()
  assert.ok(await page.evaluate(() => document.querySelector('header.bar').scrollWidth <= document.querySelector('header.bar').clientWidth + 1))
})

test('the other pages are reached with the keyboard: open, arrows, enter; Escape comes back to the button', async (t) => {
  const { page, when, then } = await visit(t, { hash: '#/list', lang: 'en' })
  await then.pageSays('Veterinary Station')
  await page.locator('[data-act=more-pages]').focus()
  await when.presses('ArrowDown')
  assert.equal(await page.evaluate(() => document.activeElement.dataset.page), 'list')
  await when.presses('End')
  assert.equal(await page.evaluate(() => document.activeElement.dataset.page), 'help')
  await when.presses('Escape')
  assert.equal(await page.evaluate(() => document.activeElement.dataset.act), 'more-pages')
  await when.presses('Enter')
  await when.presses('ArrowDown')
  await page.evaluate(() => document.querySelector('[data-page=standards]').focus())
  await when.presses('Enter')
  await then.addressHas('#/standards')
  assert.match(await page.locator('[data-act=more-pages]').innerText(), /Standards/)
})

test('the palette finds pages, sites, enterprises by pinyin and targets, and remembers what was chosen', async (t) => {
  const { page, when, then, eventually } = await visit(t, { hash: '#/help' })
  await then.pageSays('发一帧 HJ 212')
  await when.presses('/')
  const box = page.locator('[data-part=palette]')
  await box.waitFor()
  await page.keyboard.type('兽医站')
  await eventually('site', async () => assert.equal(await box.locator('[aria-selected=true]').getAttribute('data-entry'), 'site:air.2344A'))
  await then.isPhotographed('palette-zh')
  await when.presses('Enter')
  await then.addressHas('#/map', 'site=air.2344A')
  await when.presses('Control+k')
  await eventually('lately chosen', async () => assert.equal(await box.locator('[role=option]').first().getAttribute('data-entry'), 'site:air.2344A'))
  const [enterprise] = (await (await fetch(`${process.env.CELADON_URL ?? 'http://127.0.0.1:8080'}/api/v1/registers/enterprise/records?limit=1`)).json()).items
  await page.keyboard.type(enterprise.id)
  await eventually('enterprise', async () => assert.ok(await box.locator(`[data-entry="record:enterprise/${enterprise.id}"]`).count()))
  await page.locator('[data-part=palette] input').fill('JDZ-P039')
  await eventually('target', async () => assert.equal(await box.locator('[aria-selected=true]').getAttribute('data-entry'), 'target:JDZ-P039'))
  await when.presses('Enter')
  await then.addressHas('#/plan', 'target=JDZ-P039')
})

test('columns, their order and the order of rows are remembered; the export has the whole query', async (t) => {
  const { page, when, then, eventually } = await visit(t, { hash: '#/plan' })
  await then.rowsAre(218)
  await page.locator('details.columns summary').click()
  await page.locator('[data-choose=evidence]').uncheck()
  await page.locator('[data-move="name -1"]').click()
  await when.presses('Escape')
  const heads = () => page.locator('thead th [data-sort]').evaluateAll((all) => all.map((e) => e.dataset.sort))
  const before = await heads()
  assert.ok(!before.includes('evidence'))
  assert.ok(before.indexOf('name') < before.indexOf('chapter'))
  await page.locator('thead [data-sort=kind]').click()
  await page.locator('thead [data-sort=year]').click({ modifiers: ['Shift'] })
  assert.deepEqual(await page.locator('th[aria-sort=ascending] [data-sort]').evaluateAll((all) => all.map((e) => e.dataset.sort).sort()), ['kind', 'year'])
  const first = await then.firstRow()
  await page.reload()
  await then.rowsAre(218)
  assert.deepEqual(await heads(), before)
  assert.equal(await then.firstRow(), first)
  const csv = await when.exportsCsv()
  assert.equal(csv.trim().split(/\r\n/).length, 219)
  await page.locator('details.columns summary').click()
  await page.locator('[data-act=reset-columns]').click()
  await eventually('reset', async () => assert.ok((await heads()).includes('evidence')))
})

test('a table is gone through cell by cell with the arrow keys', async (t) => {
  const { page, when, then } = await visit(t, { hash: '#/plan' })
  await then.rowsAre(218)
  await page.locator('.table .scroll').focus()
  await when.presses('ArrowDown')
  await when.presses('ArrowDown')
  await when.presses('ArrowRight')
  const place = await page.evaluate(() => ({ row: document.activeElement.closest('tr').dataset.row, column: document.activeElement.dataset.column }))
  const second = await page.locator('main tbody tr[data-row]').nth(1).getAttribute('data-row')
  assert.deepEqual(place, { row: second, column: 'chapter' })
})

for (const [name, size] of [['1080', { width: 1920, height: 1080 }], ['4k', wide]]) {
  test(`the wall turns by itself, stops and goes on by key: ${name}`, async (t) => {
    const { page, when, then, eventually } = await visit(t, { hash: '#/wall?every=2', size })
    const scene = () => page.locator('[data-part=wall]').getAttribute('data-scene')
    const seen = new Set()
    await eventually('three scenes', async () => {
      seen.add(await scene())
      assert.ok(seen.size >= 3, [...seen].join())
    })
    await when.presses(' ')
    await eventually('paused', async () => assert.equal(await page.locator('[data-part=wall]').getAttribute('data-paused'), 'true'))
    const held = await scene()
    await page.waitForTimeout(2600)
    assert.equal(await scene(), held)
    for (const s of ['map', 'air', 'water', 'duty', 'due', 'plan', 'events']) {
      for (let i = 0; i < 8 && (await scene()) !== s; ++i) await when.presses('ArrowRight')
      assert.equal(await scene(), s)
      await eventually(`${s} has its data`, async () => assert.equal(await page.locator('.wall .scene > [role=status]').count(), 0))
      await then.isPhotographed(`wall-${name}-${s}`)
      const over = await page.locator('.wall .scene').evaluate((e) => e.scrollHeight - e.clientHeight)
      assert.ok(over <= 4, `${s} is ${over} px higher than its place`)
    }
    await when.presses('Escape')
    await then.addressHas('#/duty')
  })
}

test('on a phone all pages stand in a drawer', async (t) => {
  const { page, when, then } = await visit(t, { hash: '#/duty', size: phone })
  await then.pageSays('值守台')
  await page.locator('header button.menu').click()
  assert.equal(await page.locator('#pages a:visible').count(), await page.locator('#pages a').count())
  await then.isPhotographed('phone-drawer')
  await page.locator('#pages a[data-page=plan]').click()
  await then.addressHas('#/plan')
  await then.nothingSticksOut()
  await when.opensPage('duty')
  await then.nothingSticksOut()
  await then.isPhotographed('phone-duty')
})
