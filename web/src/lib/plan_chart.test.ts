import { describe, expect, it } from 'vitest'
import { translator } from './i18n'
import { yearLines, yearsOption } from './plan_chart'
import { aDetail, aPromise } from './plan_sample'

const year = (y: number, value: number | null, more = {}) => ({ year: y, value, complete: 1, whole: true, estimated: false, ...more })

describe('the years of a promise', () => {
  const detail = aDetail({
    promise: aPromise({ year_due: 2028, goal: 20, outlook: { method: 'trend', expected: 21, low: 19, high: 23, probability: 0.3, years: 3, slope: -1 } }),
    years: [year(2024, 26), year(2025, 24), year(2026, 23, { whole: false })],
    paths: [{ year: 2025, value: 24 }, { year: 2028, value: 20 }],
  })
  it('stand on one axis up to the year it is due', () => {
    const lines = yearLines(detail)
    expect(lines.years).toEqual([2024, 2025, 2026, 2027, 2028])
    expect(lines.values.slice(0, 2)).toEqual([26, 24])
    expect(lines.path).toEqual([null, 24, null, null, 20])
  })
  it('draw a year that runs as a hollow point', () => {
    expect(yearLines(detail).values[2]).toMatchObject({ value: 23, itemStyle: { color: '#fff' } })
  })
  it('open the interval from the last value to the year it is due', () => {
    const lines = yearLines(detail)
    expect(lines.expected).toEqual([null, null, 23, 22, 21])
    expect(lines.low).toEqual([null, null, 23, 21, 19])
    expect(lines.reach).toEqual([null, null, 0, 2, 4])
  })
  it('have no forecast where nothing is expected or the year is past', () => {
    const past = yearLines({ ...detail, promise: aPromise({ year_due: 2025, outlook: { method: 'broken', expected: 20, low: 19, high: 21 } }) })
    expect(past.expected.every((v) => v === null)).toBe(true)
    expect(yearLines(aDetail()).years).toEqual([])
  })
  it('make a chart in either language, the goal a line over all years', () => {
    for (const lang of ['zh', 'en'] as const) expect(JSON.stringify(yearsOption(detail, '%', translator(lang)))).toContain('[20,20,20,20,20]')
  })
})
