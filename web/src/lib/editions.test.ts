import { describe, expect, it } from 'vitest'
import type { RuleFace, Standards } from './api_types'
import { comparedRules, editionFor, editionsFor } from './editions'

const edition = (name: string, rules: string[]): Standards['items'][number] => ({ edition: name, valid_from: '2016-01-01', valid_before: null, rules, trust: 'verified', title_zh: name, rows: 0, unverified_rows: 0 })
const rule = (id: string, editions: string[]): RuleFace => ({ rule: id, title_zh: id, title_en: id, medium: 'air', inputs_zh: '', inputs_en: '', editions, fields: [] })
const standards: Standards = { items: [edition('HJ 633-2012', ['aqi-hourly', 'aqi-daily']), edition('HJ 633-2026', ['aqi-hourly']), edition('GB 3838-2002', ['water-class'])], rules: [rule('water-class', ['GB 3838-2002']), rule('ambient-air', ['a', 'b']), rule('aqi-daily', ['HJ 633-2012', 'HJ 633-2026'])], air_levels: [], water_classes: [] }

describe('editions', () => {
  it('are those whose rules judge the kind', () => {
    expect(editionsFor('air-station', standards).map((e) => e.edition)).toEqual(['HJ 633-2012', 'HJ 633-2026'])
    expect(editionsFor('river-section', standards).map((e) => e.edition)).toEqual(['GB 3838-2002'])
    expect(editionsFor('kiln', standards)).toEqual([])
  })

  it('of air is not asked of a river, nor an unknown one of anything', () => {
    expect(editionFor('air-station', 'HJ 633-2026', standards)).toBe('HJ 633-2026')
    expect(editionFor('river-section', 'HJ 633-2026', standards)).toBeNull()
    expect(editionFor('air-station', 'HJ 633-1900', standards)).toBeNull()
    expect(editionFor('air-station', null, standards)).toBeNull()
  })

  it('can be compared where a rule of the kind has two or more, its own rule first', () => {
    expect(comparedRules('city', standards).map((r) => r.rule)).toEqual(['aqi-daily', 'ambient-air'])
    expect(comparedRules('river-section', standards)).toEqual([])
    expect(comparedRules('kiln', standards)).toEqual([])
    expect(comparedRules('city', null)).toEqual([])
  })
})
