import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import test from 'node:test'
import { desktop, phone, visit } from './driver.mjs'

// Every page and its main parts, in Chinese at a desk and in English on a phone: nothing that shuts somebody out. Serious and critical
// findings of the rules of WCAG 2.1 A and AA fail the test.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const at = 't.air-station=2020-04-03T08:00:00Z'

/** What is opened, and what is done there first. */
const views = [
  ['#/map?' + at],
  [`#/map?site=air.2344A&kind=air-station&${at}`],
  ['#/duty'],
  ['#/duty?moment=2020-04-03T08:00:00Z', async (page) => page.locator('[data-part=list-now] [data-act=open], [data-part=list-later] [data-act=open]').first().click().catch(() => undefined)],
  ['#/list'],
  ['#/charts'],
  ['#/registers'],
  ['#/registers/enterprise'],
  ['#/registers/enterprise', async (page) => page.locator('details.columns summary').click()],
  ['#/registers/outfall', async (page) => page.locator('tbody th a').first().click().catch(() => undefined)],
  ['#/registers/exceedance/new'],
  ['#/cases'],
  ['#/cases?part=board'],
  ['#/cases?part=alarms'],
  ['#/field'],
  ['#/public'],
  ['#/review'],
  ['#/plan'],
  ['#/plan?group=status&status=waits'],
  ['#/plan?target=JDZ-P039'],
  ['#/plan?target=JDZ-P215&year=2026', async (page) => page.locator('[data-part=how] details:not([open]) summary').first().click().catch(() => undefined)],
  ['#/plan?part=tree', async (page) => page.locator('[data-act=open-all]').click().catch(() => undefined)],
  ['#/plan?part=compare'],
  ['#/plan?part=runs'],
  ['#/reports'],
  ['#/standards'],
  ['#/standards?tab=try'],
  ['#/standards?tab=compare'],
  ['#/devices'],
  ['#/devices?part=decode'],
  ['#/devices?part=forward'],
  ['#/import'],
  ['#/wall?scene=duty&every=600'],
  ['#/wall?scene=plan&every=600'],
  ['#/admin'],
  ['#/admin?part=audit'],
  ['#/account'],
  ['#/help'],
]

async function findings(page) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }, resultTypes: ['violations'] }))
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').flatMap((v) => v.nodes.slice(0, 4).map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary?.split('\n').slice(1, 3).join(' ').trim() ?? ''}`))
}

/** The page shows something and has had a moment to come to rest; the live stream keeps the network busy for ever. */
async function settled(page) {
  await page.waitForFunction(() => document.querySelector('main h1, main h2, main form, main .panel, main canvas') !== null, null, { timeout: 10_000 }).catch(() => undefined)
  await page.waitForTimeout(700)
}

for (const [lang, name, size] of [['zh', 'desk', desktop], ['en', 'phone', phone]]) {
  test(`nothing shuts anybody out: ${lang}, ${name}`, { timeout: 600_000 }, async (t) => {
    const { page, expects } = await visit(t, { hash: '#/help', lang, size })
    expects(/status of (401|403|404|422)/)
    const found = []
    for (const [hash, first] of views) {
      await page.evaluate((h) => (location.hash = h), hash.slice(1))
      await settled(page)
      if (first) {
        await first(page)
        await settled(page)
      }
      for (const f of await findings(page)) found.push(`${hash}  ${f}`)
    }
    await page.evaluate(() => (location.hash = '/help'))
    await settled(page)
    await page.keyboard.press('Control+k')
    await page.locator('[data-part=palette]').waitFor()
    await page.keyboard.type('duty')
    await page.waitForTimeout(600)
    for (const f of await findings(page)) found.push(`palette  ${f}`)
    await page.keyboard.press('Escape')
    await page.locator(size === phone ? 'header button.menu' : '[data-act=more-pages]').click()
    for (const f of await findings(page)) found.push(`menu  ${f}`)
    assert.deepEqual([...new Set(found)], [])
  })
}
