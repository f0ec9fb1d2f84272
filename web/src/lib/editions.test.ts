import { describe, expect, it } from 'vitest'
import type { Standards } from './api_types'
import { editionFor, editionsFor } from './editions'

const edition = (name: string, rules: string[]): Standards['items'][number] => ({ edition: name, valid_from: '2016-01-01', valid_before: null, rules, trust: 'verified', title_zh: name })
const standards: Standards = { items: [edition('HJ 633-2012', ['aqi-hourly', 'aqi-daily']), edition('HJ 633-2026', ['aqi-hourly']), edition('GB 3838-2002', ['water-class'])], air_levels: [], water_classes: [] }

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
})
