import { describe, expect, it } from 'vitest'
import { columnsOf, latestOf } from './report'
import type { Figure } from './review_types'

const figure = (ref: string, site: string, property: string): Figure => ({ ref, zh: '', en: '', site, name_zh: site, name_en: site, property, averaging: 'P1D', statistic: 'mean', time: '', series: 1, unit: 'ug/m3', value: 1, text: '1' })

describe('report', () => {
  it('sets figures out by place and kind, in its own order', () => {
    const { columns, rows } = columnsOf([figure('1', 'a', 'SO2'), figure('2', 'a', 'NO2'), figure('3', 'b', 'NO2')])
    expect(columns.map((c) => c.property)).toEqual(['SO2', 'NO2'])
    expect(rows.map((r) => [r.site, r.figures.size])).toEqual([['a', 2], ['b', 1]])
  })
  it('takes the newest erratum for what a figure says today', () => {
    const later = latestOf([{ at: '2', figures: [{ ref: 'x', old: 1, new: 3 }] }, { at: '1', figures: [{ ref: 'x', old: 0, new: 1 }, { ref: 'y', old: 5, new: null }] }])
    expect([...later]).toEqual([['x', 3], ['y', null]])
  })
})
