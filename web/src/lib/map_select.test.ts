import { describe, expect, it } from 'vitest'
import { foundCsv, foundGeoJson, placeIn, type LayerFound } from './map_select'
import type { Shape } from './map_shape'

const area: Shape = { kind: 'area', at: [[117, 29], [117.4, 29], [117.4, 29.4], [117, 29.4]], buffer_m: 0 }

describe('what lies in a shape', () => {
  it('counts a point inside, a line by a corner inside, and nothing without a place', () => {
    expect(placeIn(area, { type: 'Point', coordinates: [117.2, 29.2] })).toEqual([117.2, 29.2])
    expect(placeIn(area, { type: 'Point', coordinates: [117.5, 29.2] })).toBeNull()
    expect(placeIn(area, { type: 'LineString', coordinates: [[118, 29], [117.1, 29.1]] })).toEqual([117.1, 29.1])
    expect(placeIn(area, { type: 'Polygon', coordinates: [[[118, 29], [119, 29], [119, 30], [118, 29]]] })).toBeNull()
    expect(placeIn(area, null)).toBeNull()
  })

  it('is written with its layer, place and words, safe for spreadsheets', () => {
    const found: LayerFound[] = [{ layer: 'outfall', title: '排污口', register: 'outfall', cut: false, items: [{ layer: 'outfall', layer_title: '排污口', id: 'PW1', title: '=2+3,"x"', at: [117.2, 29.2], says: 'found', time: '', register: 'outfall' }] }]
    const csv = foundCsv(found, { layer: '图层', id: '编号', name: '名称', lon: '经度', lat: '纬度', says: '状态', time: '时间' })
    expect(csv).toBe('\ufeff图层,编号,名称,经度,纬度,状态,时间\r\n排污口,PW1,"\'=2+3,""x""",117.2,29.2,found,\r\n')
    const json = JSON.parse(foundGeoJson(found, [])) as { features: { id: string; geometry: { coordinates: number[] } }[] }
    expect(json.features.map((f) => [f.id, f.geometry.coordinates])).toEqual([['outfall/PW1', [117.2, 29.2]]])
  })
})
