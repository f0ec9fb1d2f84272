import { describe, expect, it } from 'vitest'
import { distinct, registerOf, spider, toHit, type FoundFeature } from './map_found'
import type { LayerItem } from './map_layers'

const item = { id: 'register-outfall', group: 'registers', title_zh: '排污口', title_en: 'Outfall', draw: 'point', tiles: '/api/v1/registers/outfall/tiles/{z}/{x}/{y}.mvt', legend: [{ code: 'open', colour: '#123456', label_zh: '', label_en: '' }] } as unknown as LayerItem
const cases = { ...item, id: 'cases', group: 'cases', tiles: '/tiles/cases/{z}/{x}/{y}.mvt' } as LayerItem
const county = { ...item, id: 'boundaries', group: 'base', tiles: '/tiles/boundaries/{z}/{x}/{y}.mvt' } as LayerItem
const feature = (properties: Record<string, unknown>): FoundFeature => ({ layer: { id: 'x', source: 'o-register-outfall' }, geometry: { type: 'Point', coordinates: [117.2, 29.3] }, properties })

describe('what lies where the map was pressed', () => {
  it('is a record of the register of its layer, or of the one it names', () => {
    const record = toHit(feature({ id: 'PW1', title: '一号口', colour: 'open' }), item, [0, 0], 'zh')
    expect([record.kind, record.register, record.title, record.colour, record.at]).toEqual(['record', 'outfall', '一号口', '#123456', [117.2, 29.3]])
    expect(toHit(feature({ id: '7', register: 'complaint' }), cases, [0, 0], 'zh').register).toBe('complaint')
    const area = toHit({ ...feature({ adcode: '360281', name_zh: '乐平市', name_en: 'Leping' }), geometry: { type: 'Polygon' } }, county, [117.1, 29], 'en')
    expect([area.kind, area.title, area.at]).toEqual(['feature', 'Leping', [117.1, 29]])
    expect([registerOf(item), registerOf(cases)]).toEqual(['outfall', null])
  })

  it('is a group where it has a count, that falls apart at a zoom or lies on one point', () => {
    const group = toHit(feature({ count: '12', zoom: '13' }), item, [0, 0], 'zh')
    expect([group.kind, group.count, group.zoom, group.stacked]).toEqual(['group', 12, 13, false])
    const heap = toHit(feature({ count: 900, stack: 900 }), item, [0, 0], 'zh')
    expect([heap.kind, heap.count, heap.stacked]).toEqual(['group', 900, true])
    const one = toHit(feature({ id: 'PW7', stack: 5, nth: 2 }), item, [0, 0], 'zh')
    expect([one.kind, one.id, one.stacked]).toEqual(['record', 'PW7', true])
  })

  it('is named once, groups last', () => {
    const hits = [toHit(feature({ count: 3 }), item, [0, 0], 'zh'), toHit(feature({ id: 'a' }), item, [0, 0], 'zh'), toHit(feature({ id: 'a' }), item, [0, 0], 'zh')]
    expect(distinct(hits).map((h) => h.kind)).toEqual(['record', 'group'])
  })
})

describe('a spider', () => {
  it('has as many legs as things, none so near another that it could not be pressed', () => {
    for (let n = 2; n <= 24; ++n) {
      const legs = spider(n)
      expect(legs.length).toBe(n)
      legs.forEach((a, i) => legs.slice(i + 1).forEach((b) => expect(Math.hypot(a.dx - b.dx, a.dy - b.dy), `${n}`).toBeGreaterThan(22)))
    }
  })
})
