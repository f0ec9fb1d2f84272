// J1.5: the daily report at half past five. Made, looked at, each number opened, signed, taken away as Word; after a late
// correction the next version marks what it corrects, and the first says that it was corrected.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ask, desktop, phone, visit } from './driver.mjs'

// A day of the demo city that no other test changes.
const day = '2020-03-22'
const site = 'air.2344A'

async function visitReports(t, options = {}) {
  const seen = await visit(t, { hash: '#/reports', ...options })
  const { page, eventually } = seen
  const make = page.locator('form[data-form=make]')
  const paper = page.locator('[data-part=paper]')
  const figure = (ref) => paper.locator(`a.figure[data-ref="${ref}"]`)
  return {
    ...seen,
    looks: seen.then,
    when: {
      beginsAReport: () => page.locator('[data-act=make]').click(),
      asksFor: async (template, of) => {
        await make.locator('select[name=template]').selectOption(template)
        await make.locator('input[name=day]').fill(of)
      },
      looksAtIt: async () => {
        await make.locator('[data-act=preview]').click()
        await paper.waitFor()
      },
      keepsIt: async (who) => {
        await make.locator('input[name=who]').fill(who)
        await make.locator('[data-act=keep]').click()
      },
      opensNumber: (ref) => figure(ref).first().click(),
      signs: async (who, why) => {
        await make.locator('[data-act=sign]').click()
        const form = page.locator('form[data-form=sign]')
        await form.locator('input[name=who]').fill(who)
        await form.locator('input[name=why]').fill(why)
        await form.locator('button[type=submit]').click()
        await page.locator('[data-part=signed]').waitFor()
      },
      downloads: async (form) => {
        const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-file=${form}]`).click()])
        return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
      },
      compares: () => page.locator('[data-act=compare]').click(),
    },
    then: {
      numberSays: (ref, text) =>
        eventually(ref, async () => {
          const texts = await figure(ref).allInnerTexts()
          assert.ok(texts.some((one) => one.split(/\s+/).includes(text)), `${ref}: ${texts.join(' | ')}`)
        }),
      evidenceSays: (...words) =>
        eventually('evidence', async () => {
          const text = await page.locator('[data-part=figure-evidence]').innerText()
          for (const w of words) assert.ok(text.includes(w), `the evidence has no '${w}': ${text.slice(0, 300)}`)
        }),
      pageHas: (part, ...words) =>
        eventually(part, async () => {
          const text = await page.locator(`[data-part="${part}"]`).first().innerText()
          for (const w of words) assert.ok(text.includes(w), `${part} has no '${w}': ${text.slice(0, 300)}`)
        }),
      struck: async () => paper.locator('del').allInnerTexts(),
    },
  }
}

const levels = { SO2: [9, 'ug/m3'], NO2: [21, 'ug/m3'], CO: [0.7, 'mg/m3'], O3: [96, 'ug/m3'], PM10: [61, 'ug/m3'], 'PM2.5': [33, 'ug/m3'] }

/** Hours of the day at stations, by their end, as a file brings them. */
async function arrives(stations, hours, properties = levels) {
  const at = (h) => new Date(Date.parse(`${day}T00:00:00+08:00`) + h * 3600e3).toISOString()
  const rows = stations.flatMap((station) =>
    Array.from({ length: hours }, (_, i) => i + 1).flatMap((h) => Object.entries(properties).map(([property, [value, unit]]) => `${station},${property},PT1H,${at(h)},${value},${unit},N`)),
  )
  const job = await ask('imports?format=csv&name=report-day.csv', { method: 'POST', body: ['site,property,period,time,value,unit,flag', ...rows, ''].join('\n') })
  for (let tries = 0; tries < 100; ++tries) {
    const now = await ask(`imports/${job.id}`)
    assert.notEqual(now.state, 'failed', JSON.stringify(now.errors))
    if (now.state === 'done') return
    await new Promise((r) => setTimeout(r, 200))
  }
  throw new Error('the hours were not imported')
}

test('the daily report: made, opened number by number, signed, corrected', async (t) => {
  // A day is a day once an hour of the next has come.
  await arrives(['air.2342A', 'air.2343A', 'air.2344A', 'air.2345A', 'air.2346A'], 25)
  const { page, when, then, looks } = await visitReports(t, { size: desktop })
  await when.beginsAReport()
  await when.asksFor('air-daily', day)
  await when.looksAtIt()
  await then.pageHas('paper', '空气质量日报', '草稿', '附录')
  const before = (await page.locator(`[data-part=paper] a.figure[data-ref="${site}/PM2.5"]`).first().innerText()).trim()
  assert.match(before, /^\d+$/)
  await when.opensNumber(`${site}/PM2.5`)
  await then.evidenceSays(before, '当日小时值的平均', `${site}/PM2.5`)
  await looks.isPhotographed('reports_preview')
  await when.keepsIt('张三')
  await then.pageHas('kept', 'air-daily-2020-03-22-1')
  await when.signs('张三', '当日日报')
  await then.pageHas('signed', '张三', '已签发')
  await then.numberSays(`${site}/PM2.5`, before)
  const word = await when.downloads('docx')
  assert.equal(word.name, 'air-daily-2020-03-22-1.docx')
  assert.equal(word.bytes.subarray(0, 2).toString(), 'PK')

  await arrives([site], 24, { 'PM2.5': [54, 'ug/m3'] })
  await page.goto('about:blank')
  const again = await visitReports(t, { hash: `#/reports?make=1&template=air-daily&day=${day}` })
  await again.when.looksAtIt()
  await again.then.pageHas('correcting', 'air-daily-2020-03-22-1')
  await again.then.numberSays(`${site}/PM2.5`, '54')
  assert.ok((await again.then.struck()).includes(before))
  await again.when.signs('张三', '迟到数据更正')
  await again.then.pageHas('signed', '更正了 air-daily-2020-03-22-1')
  await again.when.compares()
  await again.then.pageHas('differences', before, '54')
  await again.looks.isPhotographed('reports_corrected')
  assert.deepEqual((await again.when.downloads('pdf')).bytes.subarray(0, 5).toString(), '%PDF-')

  const first = await visitReports(t, { hash: '#/reports?id=air-daily-2020-03-22-1' })
  await first.then.pageHas('errata-box', '更正')
  await first.then.pageHas('replaced', 'air-daily-2020-03-22-2')
  await first.then.numberSays(`${site}/PM2.5`, before)
})

test('on a phone, in English, the list and a preview fit the screen', async (t) => {
  const { page, when, then } = await visitReports(t, { lang: 'en', size: phone })
  await when.beginsAReport()
  await when.asksFor('air-weekly', day)
  await when.looksAtIt()
  await then.pageHas('paper', 'weekly air quality report')
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= phone.width + 1)
})
