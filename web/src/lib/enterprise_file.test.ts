import { describe, expect, it } from 'vitest'
import type { ObservationColumns } from './api_types'
import { fileParts, fileSections, pieces, sectionOf, summary } from './enterprise_file'
import type { RelatedItem } from './register_types'

const item = (register: string): RelatedItem => ({ register, field: 'enterprise', name: { zh: register, en: register }, page: { items: [], next: null, total: 0 } })
const columns = (value: (number | null)[], voided: number[] = []): ObservationColumns => ({
  series: { id: 1, site: 's', property: 'SO2', averaging: 'PT1H', statistic: 'mean', stage: 'raw', unit: 'mg/m3' } as ObservationColumns['series'],
  phenomenon_end: value.map((_, i) => `2026-11-01T0${i}:00:00Z`), value, device_flag: value.map(() => ''),
  quality: value.map((_, i) => (voided.includes(i) ? [{ rule: 'stuck', voids: true, reason_zh: '', reason_en: '' }] : [])), result_time: [], source: [],
})

describe('the file of an enterprise', () => {
  it('has a place for every register, also for one that nobody thought of', () => {
    expect(sectionOf('ldar-leak', 'case')).toBe('ldar')
    expect(sectionOf('exceedance', 'case')).toBe('cases')
    expect(sectionOf('fume-unit', 'register')).toBe('other')
    const parts = fileParts([item('permit'), item('exceedance'), item('fume-unit')], [])
    expect(Object.keys(parts)).toEqual([...fileSections])
    expect(parts.permit.map((p) => p.register)).toEqual(['permit'])
    expect(parts.other.map((p) => p.register)).toEqual(['exceedance', 'fume-unit'])
  })

  it('sums measurements of those that count, and says how many do not', () => {
    const s = summary(columns([10, 20, null, 900, 30], [3]))
    expect([s.count, s.voided, s.mean, s.highest, s.last, s.last_at]).toEqual([3, 1, 20, 30, 30, '2026-11-01T04:00:00Z'])
    expect(s.line).toEqual([10 / 30, 20 / 30, null, null, 1])
    const none = summary(columns([null, null]))
    expect([none.count, none.mean, none.last, none.last_at]).toEqual([0, null, null, null])
  })

  it('draws no line over a gap', () => {
    expect(pieces([0, 1, null, 0.5], 30, 10)).toEqual(['0.0,10.0 10.0,0.0', '30.0,5.0'])
    expect(pieces([], 30, 10)).toEqual([])
    expect(pieces([null], 30, 10)).toEqual([])
  })
})
