// What a person does and sees at the review desk, and a day of values brought into the city to be reviewed.

import assert from 'node:assert/strict'
import { ask, importsRows, visit } from './driver.mjs'

const values = { SO2: [10, 'ug/m3'], NO2: [22, 'ug/m3'], CO: [0.6, 'mg/m3'], O3: [64, 'ug/m3'], PM10: [58, 'ug/m3'], 'PM2.5': [31, 'ug/m3'] }

/**
 * Twenty-four hours of all pollutants at a station, as a file: quiet, but for PM10 of `spike` at the hour that ends at
 * `hour`, and SO2 flagged as calibration at 3:00.
 */
export async function aDay({ site, day, hour, spike }) {
  const at = (h) => new Date(Date.parse(`${day}T00:00:00+08:00`) + h * 3600e3).toISOString()
  const rows = Array.from({ length: 24 }, (_, i) => i + 1).flatMap((h) =>
    Object.entries(values).map(([property, [usual, unit]]) => {
      const swing = 1 + 0.12 * Math.sin((h + property.length) / 3)
      const value = property === 'PM10' && h === hour ? spike : Number((usual * swing).toFixed(property === 'CO' ? 1 : 0))
      return `${site},${property},PT1H,${at(h)},${value},${unit},${property === 'SO2' && h === 3 ? 'C' : 'N'}`
    }),
  )
  await importsRows('review-day', ['site,property,period,time,value,unit,flag', ...rows])
}

export const reviewTruth = {
  sheet: (site, day) => ask(`review/sheet?site=${site}&day=${day}&days=1`),
  row: async (site, day, property, time) => (await reviewTruth.sheet(site, day)).columns.find((c) => c.property === property && c.averaging === 'PT1H').rows.find((r) => r.time === time),
  queue: (day) => ask(`review/queue?from=${day}&to=${day}&limit=500`),
  terms: () => ask('review/terms'),
  errata: async (site) => (await ask(`errata?limit=100&site=${site}`)).items,
  erratum: (id) => ask(`errata/${id}`),
  report: (id) => ask(`reports/${id}`),
  /** Moves a sheet without the page, as somebody else would. */
  moves: async (site, day, transition, who, why) => {
    const { revision } = await reviewTruth.sheet(site, day)
    return ask(`review/sheets/${site}/${day}/${transition}`, { method: 'POST', body: JSON.stringify({ who, why, revision }) })
  },
}

/** How many there are of each, as the page counts them. */
export function counts(e) {
  const of = (level) => e.values.filter((v) => v.level === level).length
  return {
    hours: e.values.length - of('day') - of('month') - of('year'), days: of('day'), longer: of('month') + of('year'), verdicts: e.verdicts.length,
    withdrawn: e.events.withdrawn.length, due: e.events.due.length, cases: e.cases.length, reports: e.reports.length,
  }
}

export async function visitReview(t, options) {
  const seen = await visit(t, options)
  const { page, eventually, expects } = seen
  const part = (name) => page.locator(`[data-part="${name}"]`)
  const says = (what, place, words) =>
    eventually(what, async () => {
      const text = await place.innerText()
      for (const w of words) assert.ok(text.includes(w), `${what} has no '${w}': ${text.slice(0, 800)}`)
    })
  const tally = async (place) => Object.fromEntries(await place.locator('[data-tally]').evaluateAll((all) => all.map((e) => [e.getAttribute('data-tally'), Number(e.textContent)])))
  const fill = async (form, who, why) => {
    await form.locator('[name=who]').fill(who)
    await form.locator('[name=why]').fill(why)
  }

  const when = {
    opensPart: (name) => page.locator(`.tab-links [data-tab="${name}"]`).click(),
    opensSheet: (site, day) => page.locator(`tr[data-row="${site} ${day}"] [data-act=open]`).click(),
    goesBack: () => page.locator('[data-act=back]').click(),
    filters: (name, value) => page.locator(`main form [name="${name}"]`).selectOption(value),
    picksColumn: (property) => page.locator(`[data-column-pick="${property}/PT1H"]`).click(),
    looksOver: (days) => page.locator(`[data-span="${days}"]`).click(),
    addsContext: async (n) => {
      await part('context').locator('summary').click()
      for (let i = 0; i < n; ++i) await part('context').locator('[data-context]').nth(i).click()
    },
    focusesChart: () => part('work-chart').focus(),
    keys: async (...keys) => {
      for (const k of keys) await page.keyboard.press(k)
    },
    /** A box over the whole width of the upper `share` of the curve. */
    dragsOverTop: async (share) => {
      await part('work-chart').scrollIntoViewIfNeeded()
      await eventually('chart', async () => assert.ok(await part('work-chart').locator('canvas').count()))
      await page.waitForTimeout(300) // the picture is drawn a moment after its data came
      const box = await part('work-chart').boundingBox()
      await page.mouse.move(box.x + 60, box.y + 46)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 3 })
      await page.mouse.move(box.x + box.width - 24, box.y + 46 + (box.height - 98) * share, { steps: 3 })
      await page.mouse.up()
    },
    decides: async ({ action, numbers = {}, reason = null, note = '' }) => {
      await page.locator(`[data-form=decide] input[name=action][value="${action}"]`).check()
      for (const [name, value] of Object.entries(numbers)) await page.locator(`[data-form=decide] [name="${name}"]`).fill(value)
      await page.locator('[data-form=decide] [name=reason]').selectOption(reason ?? { index: 1 })
      await page.locator('[data-form=decide] [name=note]').fill(note)
    },
    previews: async ({ refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      await page.locator('[data-act=preview]').click()
    },
    saves: async (who, why, { refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      await fill(page.locator('[data-form=save]'), who, why)
      await page.locator('[data-act=save]').click()
    },
    takesBack: (n = 0) => part('decisions').locator('[data-act=restore]').nth(n).click(),
    moves: async (transition, who, why, { refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      const form = page.locator('[data-form=transition]')
      if ((await form.count()) === 0) await page.locator(`[data-transition="${transition}"]`).click()
      await fill(form, who, why)
      await form.locator('button[type=submit]').click()
    },
    startsMoving: (transition) => page.locator(`[data-transition="${transition}"]`).click(),
    issues: async (day, who, why) => {
      await page.locator('[data-act=issue]').click()
      await page.locator('[data-form=issue] [name=day]').fill(day)
      await fill(page.locator('[data-form=issue]'), who, why)
      await page.locator('[data-form=issue] button[type=submit]').click()
    },
    opensFigure: (ref) => page.locator(`[data-figure="${ref}"]`).click(),
    asksWhatDepends: () => part('figure-evidence').locator('[data-act=depends]').click(),
    goesDeeper: async () => {
      const buttons = page.locator('[data-act=deeper][aria-expanded=false]')
      await buttons.first().click()
    },
    asksWhatDependsOnTheMap: () => page.locator('section.panel [data-act=depends]').click(),
    picksDependent: (property) => page.locator(`section.panel [data-depends="${property}"]`).click(),
    followsToSheet: () => page.locator('[data-act=to-sheet]').click(),
    goesToPairs: () => page.locator('[data-act=import-reviewed]').click(),
    goesToPairsAgain: () => page.locator('[data-act=another]').click(),
    choosesPairs: async (name, rows) => {
      await page.locator('[data-form=pairs] [name=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(`${rows.join('\n')}\n`) })
      await page.locator('[data-act=read-pairs]').focus()
      await page.keyboard.press('Enter')
    },
    savesWithKeys: async (who, why) => {
      await fill(page.locator('[data-form=save]'), who, why)
      await page.keyboard.press('Enter')
    },
    addressed: () => page.url(),
  }

  const then = {
    queueHas: (site, day, ...words) => says(`sheet of ${site}`, page.locator(`tr[data-row="${site} ${day}"]`), words),
    queueHasNot: (site, day) => eventually(`${site} is not there`, async () => assert.equal(await page.locator(`tr[data-row="${site} ${day}"]`).count(), 0)),
    queueIsBackAt: (site, day) =>
      eventually('focus on the row', async () => {
        assert.ok(await page.evaluate((key) => document.activeElement?.closest('tr')?.getAttribute('data-row') === key, `${site} ${day}`))
        assert.ok(await page.locator(`tr[data-row="${site} ${day}"].marked`).count())
      }),
    stateIs: (state) => eventually(`state ${state}`, async () => assert.equal(await part('workflow').locator('[aria-current=step]').innerText(), state)),
    chosenAre: (n) => eventually(`${n} chosen`, async () => assert.match(await part('chosen').innerText(), new RegExp(`(^|\\D)${n}(\\D|$)`))),
    chosenAreMoreThan: (n) => eventually('chosen', async () => assert.ok(Number(/\d+/.exec(await part('chosen').innerText())[0]) > n)),
    isSpoken: (...words) => says('what is spoken', part('spoken'), words),
    chartIsDrawn: () => eventually('chart', async () => assert.ok((await part('work-chart').locator('canvas').first().screenshot()).length > 4000)),
    cannotSave: () => eventually('no save', async () => assert.equal(await page.locator('[data-act=save]').count(), 0)),
    canSave: () => eventually('save', async () => assert.ok(await page.locator('[data-act=save]').isEnabled())),
    previewIs: (e) => eventually('preview', async () => assert.deepEqual(await tally(part('preview')), counts(e))),
    previewTally: () => eventually('preview', async () => {
      const told = await tally(part('preview'))
      assert.ok(Object.keys(told).length > 0)
      return told
    }),
    savedIsAsForetold: () => eventually('as foretold', async () => assert.equal(await part('as-foretold').count(), 1)),
    savedTally: () => tally(part('saved')),
    savedSays: (...words) => says('what was saved', part('saved'), words),
    decisionIsRefused: (...words) => says('refusal', page.locator('[data-form=decide]'), words),
    fieldIsInvalid: (form, field) => eventually('refusal', async () => assert.equal(await page.locator(`[data-form=${form}] [name="${field}"]`).getAttribute('aria-invalid'), 'true')),
    movedSays: (...words) => says('moved', part('moved'), words),
    conflictIsTold: () => eventually('conflict', async () => assert.ok((await part('conflict').innerText()).length > 10)),
    transitionIsRefused: () => eventually('refusal', async () => assert.ok(await page.locator('[data-form=transition] [role=alert]').count())),
    historyHas: async (...words) => {
      await part('workflow').locator('details summary').click()
      await says('history', part('history'), words)
    },
    decideSays: (...words) => says('decide', part('decide'), words),
    decisionsSay: (...words) => says('decisions', part('decisions'), words),
    completeSays: (...words) => says('completeness', part('complete'), words),
    reportSays: (...words) => says('report', part('report'), words),
    reportId: async () => {
      await eventually('report', async () => assert.ok(await part('report').count()))
      await eventually('address', async () => assert.match(page.url(), /id=/))
      return /id=([^&]+)/.exec(page.url())[1]
    },
    evidenceSays: (...words) => says('evidence', part('figure-evidence'), words),
    evidenceHasInputs: (least) => eventually('inputs', async () => assert.ok((await part('figure-evidence').locator('[data-act=deeper]').count()) >= least)),
    rawIsShown: () => eventually('raw', async () => assert.ok(await part('raw-messages').count())),
    /** The state in words, and the counts that are named. */
    pairsAre: (state, counts) =>
      eventually(`pairs ${state}`, async () => {
        assert.equal(await part('pairs-state').innerText(), state)
        for (const [name, n] of Object.entries(counts)) assert.equal(Number(await part('pairs').locator(`[data-count="${name}"]`).innerText()), n, name)
        assert.ok(await page.evaluate(() => document.activeElement?.getAttribute('data-part') === 'pairs'))
      }),
    pairProblemsSay: (...words) => says('refused rows', part('pair-problems'), words),
    dependsSay: (...words) => says('what depends', part('depends'), words),
    errataBoxSays: (...words) => says('erratum box', part('errata-box'), words),
    figureIsMarked: (ref) => eventually(`mark of ${ref}`, async () => assert.ok(await page.locator(`[data-figure="${ref}"].changed`).count())),
    erratumSays: (...words) => says('erratum', part('erratum'), words),
    erratumTally: () => tally(part('erratum')),
  }
  return { ...seen, when: { ...seen.when, ...when }, then: { ...seen.then, ...then } }
}
