import assert from 'node:assert/strict'
import test from 'node:test'
import { ask, phone, server, visit } from './driver.mjs'

// A bureau that has read the plan finds its own system, under its own name and clause.

const rows = async () => (await ask('systems/rows')).items

/** What a person types for a system, in the four ways they may know it by. */
const ways = {
  name: (row) => row.name.zh.replace(/[\s;；(（].*$/, ''),
  pinyin: (row) => row.pinyin.split(' ').slice(0, 4).join(''),
  initials: (row) => row.initials.slice(0, 6),
  clause: (row) => `${row.clauses[0]} ${row.name.en}`,
}
const asked = { name: ['S009', 'S066', 'S114'], pinyin: ['S016', 'S072', 'S121'], initials: ['S053', 'S093', 'S130'], clause: ['S045', 'S137', 'S168'] }

async function opensPalette(page, words) {
  await page.locator('header').first().waitFor()
  await page.keyboard.press('Control+k')
  const box = page.locator('[data-part=palette]')
  await box.locator('input').fill(words)
  return box
}

for (const [way, ids] of Object.entries(asked)) {
  test(`three systems are looked up in the palette by ${way}, and each opens under its name and clause`, async (t) => {
    const all = await rows()
    const { page } = await visit(t, { hash: '#/registers' })
    await page.locator('[data-system]').first().waitFor()
    for (const id of ids) {
      const row = all.find((r) => r.id === id)
      const box = await opensPalette(page, ways[way](row))
      const entry = box.locator(`[data-entry="system:${id}"]`)
      await entry.waitFor()
      await entry.click()
      const shown = page.locator(`article[data-row="${id}"]`)
      await shown.waitFor()
      assert.equal((await shown.locator('h2').innerText()).trim(), row.name.zh)
      assert.ok((await shown.locator('[data-part=clause]').innerText()).includes(row.clause), row.clause)
      assert.equal((await shown.locator('[data-part=duty]').innerText()).trim(), row.duty.zh)
      assert.ok(page.url().endsWith(`#/registers?row=${id}`), page.url())
    }
  })
}

test('the menu lists every system of the plan and finds one by what is typed', async (t) => {
  const all = await rows()
  const { page, eventually, then } = await visit(t, { hash: '#/registers' })
  await page.locator('[data-act=by-plan]').click()
  const shown = page.locator('[data-part=plan-rows] [data-row]')
  await eventually('all rows', async () => assert.equal(await shown.count(), all.length))
  await then.isPhotographed('plan-systems-zh')
  for (const words of ['尾矿', 'weikuang', 'wkk']) {
    await page.locator('input[name=menu]').fill(words)
    await eventually(words, async () => {
      assert.ok((await shown.count()) < 10)
      assert.ok((await shown.evaluateAll((e) => e.map((x) => x.getAttribute('data-row')))).includes('S121'))
    })
  }
  await page.locator('input[name=menu]').fill('Tailings')
  await shown.locator('a').first().focus()
  await page.keyboard.press('Enter')
  await page.locator('article[data-row=S121]').waitFor()
})

test('a system that a pack serves shows its rule, its registers with figures, views, template and map within a second', async (t) => {
  const served = (await rows()).find((r) => r.systems.some((s) => s.registers.length > 0))
  assert.ok(served, 'a pack serves a row')
  const { page, eventually, then } = await visit(t, { hash: '#/registers' })
  await page.locator('[data-system]').first().waitFor()
  const began = Date.now()
  await page.evaluate((id) => (location.hash = `#/registers?row=${id}`), served.id)
  const card = page.locator('article .systems [data-system]').first()
  await card.locator('[data-register]').first().waitFor()
  await eventually('its views', async () => assert.ok((await card.locator('[data-view]').count()) > 0))
  const took_ms = Date.now() - began
  t.diagnostic(`${served.id} in ${took_ms} ms`)
  assert.ok((await card.locator('[data-part=rule]').innerText()).includes(served.systems[0].rule.zh))
  const template = await card.locator('[data-act=template]').first().getAttribute('href')
  const file = await page.request.get(new URL(template, server).href)
  assert.equal(file.status(), 200)
  await then.isPhotographed('plan-system-zh')
  await card.locator('[data-register] a.name').first().click()
  await page.locator('[data-act=to-list]').waitFor()
})

test('a system reads in English and on a phone, and one that is not in the plan is told so', async (t) => {
  const served = (await rows()).find((r) => r.systems.some((s) => s.registers.length > 0)) ?? { id: 'S001' }
  const { page, eventually, then } = await visit(t, { hash: `#/registers?row=${served.id}`, lang: 'en', size: phone })
  const article = page.locator(`article[data-row="${served.id}"]`)
  await article.waitFor()
  await eventually('no sideways scrolling', async () => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)))
  assert.doesNotMatch(await article.locator('header h2').innerText(), /[一-龥]/)
  await then.isPhotographed('plan-system-phone-en')
  await page.evaluate(() => (location.hash = '#/registers?row=S998'))
  await page.getByText('The plan has no S998.').waitFor()
})
