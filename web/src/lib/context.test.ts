import { describe, expect, it } from 'vitest'
import type { Site } from './api_types'
import { contextSource, distance_km, nearest, otherId } from './context'

const site = (id: string, lon: number, lat: number, kind = 'air-station'): Site => ({ id, kind, name_zh: id, name_en: id, lon, lat, county: '', code: '', attributes: {} })

describe('context', () => {
  it('measures on the sphere', () => {
    expect(distance_km({ lon: 117, lat: 29 }, { lon: 117, lat: 30 })).toBeCloseTo(111.2, 1)
    expect(distance_km({ lon: 117, lat: 29 }, { lon: 117, lat: 29 })).toBe(0)
  })
  it('offers the nearest of the same kind, not itself', () => {
    const here = site('a', 117, 29)
    const all = [here, site('far', 118, 29), site('near', 117.1, 29), site('river', 117, 29, 'river-section')]
    expect(nearest(here, all, 5).map((n) => n.site.id)).toEqual(['near', 'far'])
    expect(nearest(here, all, 1)).toHaveLength(1)
  })
  it('knows where each curve comes from', () => {
    const wind = { site: 'air.1', property: 'wind-speed', averaging: 'PT1H' }
    expect(contextSource(otherId(wind), 'PM10', 'PT1H')).toEqual(wind)
    expect(contextSource('@air.2', 'PM10', 'PT1H')).toEqual({ site: 'air.2', property: 'PM10', averaging: 'PT1H' })
    expect(contextSource('NO2/PT1H', 'PM10', 'PT1H')).toBeNull()
  })
})
