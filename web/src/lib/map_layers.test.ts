import type { FeatureCollection } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import { describe, expect, it } from 'vitest'
import { answersTo, composeStyle, faded, moved, overlayLayers, shownOverlays, siteSource, sourceLayer, tileAddress, type LayerItem, type StyleParts } from './map_layers'
import { reliefTiles } from './map_relief'
import { buildStyle } from './map_style'

const item = (more: Partial<LayerItem>): LayerItem => ({
  id: 'register-outfall', group: 'registers', title_zh: '入河排污口', title_en: 'Outfall', draw: 'point', tiles: '/api/v1/registers/outfall/tiles/{z}/{x}/{y}.mvt', minzoom: 0, maxzoom: 16, time: 'known', fields: [],
  legend: [{ colour: '#aa0000', label_zh: '已排查', label_en: 'Found', code: 'found' }], source_zh: '规划 5.2', source_en: 'plan 5.2', features: 12, bounds: null, ...more,
})
const outfalls = item({})
const dem = item({ id: 'dem', group: 'rasters', title_zh: '高程', title_en: 'Elevation', draw: 'raster', tiles: '/tiles/dem/{z}/{x}/{y}.png', terrain: '/tiles/dem/{z}/{x}/{y}.png?encode=terrain', time: 'none' })
const border = item({ id: 'neighbours', group: 'base', title_zh: '江西各市', title_en: 'Cities', draw: 'line', tiles: '/tiles/neighbours/{z}/{x}/{y}.mvt', time: 'none', legend: [{ colour: '#8fa79b', label_zh: '', label_en: '' }] })
const origin = 'http://127.0.0.1:8080'
const none = { on: [], hidden: [], order: [], fade: {} }
const base = buildStyle({ origin, lang: 'zh', bounds: [116.95, 28.7, 117.75, 29.95], tiandituToken: null })
const parts: StyleParts = { base, origin, lang: 'zh', items: [outfalls, dem, border], choice: none, at: null, known: false, relief: 0, relief_tiles: null, drawn: { type: 'FeatureCollection', features: [] }, sites: null }
const line: FeatureCollection = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { part: 'line' }, geometry: { type: 'LineString', coordinates: [[117, 29], [118, 29]] } }] }
const ids = (p: Partial<StyleParts>): string[] => composeStyle({ ...parts, ...p }).layers.map((l) => l.id)

describe('layers of the server', () => {
  it('are drawn only when they are on, points over lines over pictures', () => {
    expect(shownOverlays(parts.items, none)).toEqual([])
    const all = { ...none, on: ['dem', 'register-outfall', 'neighbours', 'nowhere'] }
    expect(shownOverlays(parts.items, all).map((i) => i.id)).toEqual(['register-outfall', 'neighbours', 'dem'])
    expect(shownOverlays(parts.items, { ...all, order: ['neighbours'] }).map((i) => i.id)).toEqual(['neighbours', 'register-outfall', 'dem'])
  })

  it('move one place among those shown, and not over the ends', () => {
    expect(moved(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'a', -1)).toEqual(['a', 'b', 'c'])
    expect(moved(['a', 'b', 'c'], 'c', 1)).toEqual(['a', 'b', 'c'])
    expect(moved(['a'], 'z', 1)).toEqual(['a'])
  })

  it('answer to every word of a search, in either language', () => {
    expect([answersTo(outfalls, '排污'), answersTo(outfalls, 'OUTFALL 5.2'), answersTo(outfalls, 'kiln'), answersTo(outfalls, '')]).toEqual([true, true, false, true])
  })

  it('know the name of the layer inside their tiles', () => {
    expect([sourceLayer(outfalls), sourceLayer(border), sourceLayer(item({ tiles: '/tiles/sites/{z}/{x}/{y}.mvt?property=PM2.5' })), sourceLayer(item({ source_layer: 'x' }))]).toEqual(['outfall', 'neighbours', 'sites', 'x'])
  })

  it('ask for a moment, or for what was known then, only where they can', () => {
    const time = '2020-04-03T08:00:00Z'
    expect(tileAddress(outfalls, origin, time, false)).toBe(`${origin}${outfalls.tiles}`)
    expect(tileAddress(outfalls, origin, time, true)).toBe(`${origin}${outfalls.tiles}?as_known_at=${time}`)
    expect(tileAddress(item({ time: 'moment', tiles: '/t/{z}?property=a' }), origin, null, true)).toBe(`${origin}/t/{z}?property=a&at=latest`)
    expect(tileAddress(dem, origin, time, true)).toBe(`${origin}${dem.tiles}`)
  })
})

describe('the composed style', () => {
  it('stands between ground and names, whatever is on', () => {
    const all = ids({ choice: { ...none, on: ['dem', 'register-outfall', 'neighbours'] }, drawn: line })
    const at = (id: string): number => all.indexOf(id)
    expect(at('county-fill')).toBeLessThan(at('o-dem-raster'))
    expect(at('o-dem-raster')).toBeLessThan(at('river'))
    expect(at('river')).toBeLessThan(at('o-neighbours-line'))
    expect(at('o-neighbours-line')).toBeLessThan(at('o-register-outfall-points'))
    expect(at('o-register-outfall-points')).toBeLessThan(at('county-name'))
    expect(at('county-name')).toBeLessThan(at('drawn-line'))
    expect(new Set(all).size).toBe(all.length)
    expect(ids({}).filter((id) => id.startsWith('drawn'))).toEqual([])
  })

  it('asks nobody but its own server', () => {
    const style = composeStyle({ ...parts, choice: { ...none, on: ['dem', 'register-outfall', 'neighbours'] }, relief: 2, relief_tiles: reliefTiles(parts.items, origin) })
    expect(new Set(JSON.stringify(style).match(/https?:\/\/[^/"]+/g))).toEqual(new Set([origin]))
    expect(style.terrain).toEqual({ source: 'heights', exaggeration: 2 })
  })

  it('hides and fades what the base draws itself', () => {
    const style = composeStyle({ ...parts, choice: { ...none, hidden: ['rivers'], fade: { lakes: 40 } } })
    const by = new Map(style.layers.map((l) => [l.id, l]))
    expect([by.get('river')?.layout?.visibility, by.get('lake')?.layout?.visibility]).toEqual(['none', 'visible'])
    expect((by.get('lake')?.paint as Record<string, unknown>)['fill-opacity']).toBe(0.4)
  })

  it('is flat without heights, and draws circles only for many sites', () => {
    expect(composeStyle({ ...parts, relief: 2 }).terrain).toBeUndefined()
    expect(reliefTiles([outfalls], origin)).toBeNull()
    expect(ids({})).not.toContain(siteSource)
    expect(ids({ sites: { type: 'FeatureCollection', features: [] } }).at(-1)).toBe(siteSource)
  })

  it('fades a share of the opacity a layer has of itself', () => {
    const layer = overlayLayers(dem, 'zh')[0] as LayerSpecification
    expect((faded(layer, 0.5).paint as Record<string, unknown>)['raster-opacity']).toBeCloseTo(0.4)
    expect(faded(layer, 1)).toBe(layer)
  })
})
