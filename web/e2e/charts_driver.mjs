// What a person does and sees at the chart workbench, and hours of wind and particles brought into the city for it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { ask, importsRows, visit } from './driver.mjs'

/**
 * Hours at a station as a file: wind from everywhere, PM10 higher where it blows from `source_deg` and the stronger it
 * blows. Ends are hours from `first` on.
 */
export async function windyHours({ site, first, hours, source_deg }) {
  const rows = Array.from({ length: hours }, (_, k) => {
    const time = new Date(Date.parse(first) + k * 3600e3).toISOString()
    const direction = ((k * 7) % 36) * 10 + 10
    const speed = 0.5 + ((k * 13) % 60) / 10
    const towards = Math.max(0, Math.cos(((direction - source_deg) * Math.PI) / 180))
    return [['wind-direction', direction, 'deg'], ['wind-speed', speed.toFixed(1), 'm/s'], ['PM10', (20 + 40 * towards * (speed / 6)).toFixed(3), 'ug/m3']].map(([property, value, unit]) => `${site},${property},PT1H,${time},${value},${unit},N`)
  }).flat()
  await importsRows('windy-hours', ['site,property,averaging,time,value,unit,flag', ...rows])
}

export const chartsTruth = {
  figure: (method, query) => ask(`analysis/${method}?${new URLSearchParams(query)}`),
  methods: async () => (await ask('analysis')).items,
  /** Mean of daily values that no flag voids, from the observations themselves. */
  mean: async (site, property, from, to) => {
    const { items } = await ask(`observations?site=${site}&property=${property}&averaging=P1D&from=${from}T00:00:01%2B08:00&to=${to}T24:00:00%2B08:00`)
    const values = items[0].value.filter((v, k) => v !== null && !items[0].quality[k].some((q) => q.voids))
    return values.reduce((a, b) => a + b, 0) / values.length
  },
}

/** A column of a table of a figure. */
export const column = (figure, table, id) => figure.tables.find((t) => t.id === table).columns.find((c) => c.id === id).values

export const chartsAddress = (own) => `#/charts?${new URLSearchParams(own).toString().replace(/%3A/g, ':').replace(/%2C/g, ',')}`

export async function visitCharts(t, options) {
  const seen = await visit(t, options)
  const { page, eventually } = seen
  const part = (name) => page.locator(`[data-part="${name}"]`)

  const when = {
    picksMethod: (id) => page.locator(`[data-method-pick="${id}"]`).click(),
    finds: (words) => part('series-pick').first().locator('input[type=search]').fill(words),
    /** The first offer, by the keyboard alone. */
    takesFirstOffer: async () => {
      await part('series-pick').first().locator('input[type=search]').focus()
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
    },
    takesAway: (spec) => page.locator(`[data-chosen="${spec}"]`).click(),
    sets: async (id, value) => {
      const field = page.locator(`[data-parameter="${id}"]`)
      if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption(value)
      else {
        await field.fill(value)
        await field.press('Tab')
      }
    },
    opensTables: () => part('figure-tables').locator('summary').click(),
    opensMethod: () => part('method-text').locator('summary').click(),
    comesBack: () => page.reload(),
    /** The export as it lands on the disk. */
    exports: async (what) => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-act="${what}"]`).click()])
      return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
    },
  }

  const then = {
    figureIs: (method) =>
      eventually(`figure ${method}`, async () => {
        assert.equal(await part('figure').getAttribute('data-method'), method)
        assert.ok(await part('figure').locator('canvas').count(), 'nothing is drawn')
      }),
    lacks: (is) => eventually('what is lacking', async () => assert.equal(await part('lacking').count(), is ? 1 : 0)),
    comparedRows: () =>
      part('compared').locator('tbody tr').evaluateAll((rows) => rows.map((r) => ({ basis: r.getAttribute('data-basis'), percent: r.lastElementChild.textContent.trim() }))),
    methodSays: async (...words) => {
      const text = await part('method-copy').innerText()
      for (const w of words) assert.ok(text.includes(w), `the method does not say '${w}': ${text}`)
    },
    tableHasRows: (least) => eventually('rows of the table', async () => assert.ok((await part('figure-tables').locator('tbody tr').count()) >= least)),
  }
  return { ...seen, when: { ...seen.when, ...when }, then: { ...seen.then, ...then } }
}
