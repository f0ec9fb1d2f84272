// The layers of the map as the server lists them, made into one style: what is on, in which order, how opaque. The style is
// made anew from what was chosen and handed to the library as a whole, which changes only what differs.

import type { FeatureCollection } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { pick } from './format'
import type { Lang } from './i18n'
import { layerTree } from './layers'
import { colours, fonts } from './map_style'

export const layerGroups = ['sites', 'values', 'registers', 'cases', 'rasters', 'base'] as const
export type LayerGroupId = (typeof layerGroups)[number]

export interface LegendRow {
  colour: string
  label_zh: string
  label_en: string
  code?: string
  from?: number | null
}

/** One of GET /api/v1/layers. */
export interface LayerItem {
  id: string
  group: LayerGroupId
  title_zh: string
  title_en: string
  draw: 'fill' | 'line' | 'point' | 'raster'
  tiles: string
  /** name of the layer inside its tiles; the last folder of the address where it is not told */
  source_layer?: string
  minzoom: number
  maxzoom: number
  /** whether its tiles take a moment, or the time as which they are known */
  time: 'none' | 'moment' | 'known'
  fields: { id: string; title_zh: string; title_en: string }[]
  legend: LegendRow[]
  source_zh: string
  source_en: string
  /** address of a picture's heights, where it has them */
  terrain?: string
  /** of a layer of values */
  property?: string
  averaging?: string
  kind?: string
  unit?: string
  features: number | null
  bounds: [number, number, number, number] | null
}

export interface Choice {
  on: readonly string[]
  hidden: readonly string[]
  order: readonly string[]
  fade: Readonly<Record<string, number>>
}

/** Drawn by the style of the base itself. */
const ownLayers = new Map(layerTree.flatMap((g) => g.layers).flatMap((l) => (l.draw === 'tiles' ? [[l.id, l.style] as const] : [])))
export const isBuiltIn = (id: string): boolean => ownLayers.has(id)

export const shareOf = (choice: Choice, id: string): number => (choice.fade[id] ?? 100) / 100

/** Layers that are on, the topmost first: as they were lifted, else points over lines over areas over pictures. */
export function shownOverlays(items: readonly LayerItem[], choice: Choice): LayerItem[] {
  const height = { point: 0, line: 1, fill: 2, raster: 3 }
  const lifted = (id: string): number => (choice.order.includes(id) ? choice.order.indexOf(id) : choice.order.length)
  return items
    .map((item, n) => ({ item, n }))
    .filter(({ item }) => choice.on.includes(item.id) && !isBuiltIn(item.id))
    .sort((a, b) => lifted(a.item.id) - lifted(b.item.id) || height[a.item.draw] - height[b.item.draw] || a.n - b.n)
    .map(({ item }) => item)
}

/** The order after one layer went up (-1) or down (+1) among those shown. */
export function moved(shown: readonly string[], id: string, by: -1 | 1): string[] {
  const at = shown.indexOf(id)
  const to = at + by
  if (at < 0 || to < 0 || to >= shown.length) return [...shown]
  const out = [...shown]
  out.splice(at, 1)
  out.splice(to, 0, id)
  return out
}

/** Whether a layer answers to words: parts of its titles, its id, its property, its source. */
export function answersTo(item: Pick<LayerItem, 'id' | 'title_zh' | 'title_en'> & Partial<LayerItem>, words: string): boolean {
  const text = [item.id, item.title_zh, item.title_en, item.source_zh, item.source_en, item.property].filter((s) => s).join('\n').toLowerCase()
  return words.toLowerCase().split(/\s+/).every((w) => text.includes(w))
}

export function sourceLayer(item: LayerItem): string {
  if (item.source_layer) return item.source_layer
  const folders = item.tiles.split('?')[0]!.split('/').filter((s) => s !== '' && s !== 'tiles' && !s.includes('{'))
  return folders[folders.length - 1] ?? item.id
}

/** Address of the tiles at a moment. */
export function tileAddress(item: LayerItem, origin: string, at: string | null, known: boolean): string {
  const more = item.time === 'moment' ? `at=${at ?? 'latest'}` : item.time === 'known' && known && at ? `as_known_at=${at}` : ''
  return `${origin}${item.tiles}${more === '' ? '' : `${item.tiles.includes('?') ? '&' : '?'}${more}`}`
}

const opacities: Record<string, string[]> = {
  fill: ['fill-opacity'], line: ['line-opacity'], circle: ['circle-opacity', 'circle-stroke-opacity'], symbol: ['text-opacity'], raster: ['raster-opacity'], background: ['background-opacity'],
}

/** The layer with a share of its own opacity. */
export function faded(layer: LayerSpecification, share: number): LayerSpecification {
  if (share >= 1) return layer
  const paint = { ...(layer.paint as Record<string, unknown> | undefined) }
  for (const name of opacities[layer.type] ?? []) paint[name] = (typeof paint[name] === 'number' ? (paint[name] as number) : 1) * share
  return { ...layer, paint } as LayerSpecification
}

const other_colour = '#5b6b64'
const plain_colour = '#2f6d5d'

/** Features carry the colour itself, or a code of the legend. */
function colourOf(item: LayerItem): unknown {
  const own = ['to-string', ['get', 'colour']]
  const pairs = item.legend.filter((row) => row.code !== undefined).flatMap((row) => [row.code!, row.colour])
  const byCode = pairs.length > 0 ? ['match', own, ...pairs, other_colour] : (item.legend[0]?.colour ?? plain_colour)
  return ['case', ['==', ['slice', own, 0, 1], '#'], ['to-color', own, other_colour], byCode]
}

/** Style layers of one layer of the server, the lowest first. */
export function overlayLayers(item: LayerItem, lang: Lang): LayerSpecification[] {
  const source = `o-${item.id}`
  if (item.draw === 'raster') return [{ id: `${source}-raster`, type: 'raster', source, paint: { 'raster-opacity': 0.8, 'raster-fade-duration': 0 } }]
  const base = { source, 'source-layer': sourceLayer(item) }
  const colour = colourOf(item)
  const title = ['coalesce', ['get', `name_${lang}`], ['get', 'title'], ['get', 'name_zh'], ''] as unknown
  const names = (id: string, placement: 'line' | 'point'): LayerSpecification =>
    ({
      id, type: 'symbol', ...base, minzoom: 11.5, filter: ['!', ['has', 'count']],
      layout: { 'symbol-placement': placement, 'text-field': title, 'text-font': fonts, 'text-size': 11, 'text-offset': placement === 'point' && item.draw === 'point' ? [0, 1.2] : [0, 0], 'text-max-width': 9 },
      paint: { 'text-color': '#1f4a40', 'text-halo-color': '#ffffff', 'text-halo-width': 1.5 },
    }) as unknown as LayerSpecification
  if (item.draw === 'fill') {
    return [
      { id: `${source}-fill`, type: 'fill', ...base, paint: { 'fill-color': colour, 'fill-opacity': 0.35 } },
      { id: `${source}-line`, type: 'line', ...base, paint: { 'line-color': colour, 'line-width': 1.4 } },
      names(`${source}-names`, 'point'),
    ] as unknown as LayerSpecification[]
  }
  if (item.draw === 'line') {
    return [{ id: `${source}-line`, type: 'line', ...base, layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 1.2, 13, 3] } }, names(`${source}-names`, 'line')] as unknown as LayerSpecification[]
  }
  const count = ['to-number', ['coalesce', ['get', 'count'], ['get', 'stack']], 1]
  const many = ['>', count, 1]
  return [
    { id: `${source}-points`, type: 'circle', ...base, filter: ['!', many], paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, 4, 12, 7], 'circle-color': colour, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.5 } },
    { id: `${source}-clusters`, type: 'circle', ...base, filter: many, paint: { 'circle-radius': ['interpolate', ['linear'], ['log10', count], 0, 9, 5, 24], 'circle-color': colour, 'circle-opacity': 0.9, 'circle-stroke-color': '#1f4a40', 'circle-stroke-width': 2 } },
    { id: `${source}-counts`, type: 'symbol', ...base, filter: many, layout: { 'text-field': ['to-string', count], 'text-font': fonts, 'text-size': 11, 'text-allow-overlap': true }, paint: { 'text-color': '#1d2926', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } },
    names(`${source}-names`, 'point'),
  ] as unknown as LayerSpecification[]
}

export const reliefSource = 'heights'
export const drawnSource = 'drawn'
export const siteSource = 'many-sites'

export interface StyleParts {
  base: StyleSpecification
  origin: string
  lang: Lang
  items: readonly LayerItem[]
  choice: Choice
  /** time the marks show, ISO */
  at: string | null
  known: boolean
  /** exaggeration of heights; 0: flat */
  relief: number
  relief_tiles: { tiles: string; maxzoom: number } | null
  drawn: FeatureCollection
  /** sites that are drawn by the library; null: the page draws marks */
  sites: FeatureCollection | null
}

function drawnLayers(): LayerSpecification[] {
  const is = (kind: string): unknown => ['==', ['get', 'part'], kind]
  return [
    { id: 'drawn-buffer', type: 'fill', source: drawnSource, filter: is('buffer'), paint: { 'fill-color': '#8a4fbf', 'fill-opacity': 0.13 } },
    { id: 'drawn-buffer-line', type: 'line', source: drawnSource, filter: is('buffer'), paint: { 'line-color': '#8a4fbf', 'line-width': 1.5, 'line-dasharray': [3, 2] } },
    { id: 'drawn-area', type: 'fill', source: drawnSource, filter: is('area'), paint: { 'fill-color': '#8a4fbf', 'fill-opacity': 0.18 } },
    { id: 'drawn-line', type: 'line', source: drawnSource, filter: ['any', is('area'), is('line')], layout: { 'line-join': 'round' }, paint: { 'line-color': '#6a3196', 'line-width': 2.5 } },
    { id: 'drawn-corner', type: 'circle', source: drawnSource, filter: ['any', is('corner'), is('point')], paint: { 'circle-radius': 4.5, 'circle-color': '#ffffff', 'circle-stroke-color': '#6a3196', 'circle-stroke-width': 2.5 } },
  ] as unknown as LayerSpecification[]
}

function siteLayers(): LayerSpecification[] {
  const colour = ['to-color', ['coalesce', ['feature-state', 'colour'], '#c3cac6'], '#c3cac6']
  const flag = (name: string): unknown => ['boolean', ['feature-state', name], false]
  return [
    {
      id: 'many-sites', type: 'circle', source: siteSource,
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, ['case', flag('over'), 6, 4], 11, ['case', flag('over'), 9, 7], 15, 11],
        'circle-color': colour,
        'circle-opacity': ['case', flag('gone'), 0, 1],
        'circle-stroke-opacity': ['case', flag('gone'), 0, 1],
        'circle-stroke-color': ['case', flag('over'), '#a6292f', flag('chosen'), '#1f4a40', '#ffffff'],
        'circle-stroke-width': ['case', flag('over'), 3, flag('chosen'), 4, 1],
      },
    },
  ] as unknown as LayerSpecification[]
}

/** Everything the map shows, from the ground up: paper, areas and pictures, the base's lines, lines and points, names, drawings, sites. */
export function composeStyle(parts: StyleParts): StyleSpecification {
  const { base, choice, items } = parts
  const owner = new Map([...ownLayers].flatMap(([id, style]) => style.map((s) => [s, id] as const)))
  const own = base.layers.map((layer): LayerSpecification => {
    const id = owner.get(layer.id)
    if (id === undefined) return layer
    const shown = faded(layer, shareOf(choice, id))
    return { ...shown, layout: { ...shown.layout, visibility: choice.hidden.includes(id) ? 'none' : 'visible' } } as LayerSpecification
  })
  const ground = own.filter((l) => l.type === 'background' || l.type === 'raster' || l.id === 'county-fill')
  const names = own.filter((l) => l.type === 'symbol')
  const lines = own.filter((l) => !ground.includes(l) && l.type !== 'symbol')
  const sources: Record<string, SourceSpecification> = { ...base.sources }
  const areas: LayerSpecification[] = []
  const marks: LayerSpecification[] = []
  for (const item of [...shownOverlays(items, choice)].reverse()) {
    const tiles = [tileAddress(item, parts.origin, parts.at, parts.known)]
    const zooms = { minzoom: item.minzoom, maxzoom: item.maxzoom }
    sources[`o-${item.id}`] = item.draw === 'raster' ? { type: 'raster', tiles, tileSize: 256, ...zooms } : { type: 'vector', tiles, ...zooms }
    const band = item.draw === 'raster' || item.draw === 'fill' ? areas : marks
    band.push(...overlayLayers(item, parts.lang).map((l) => faded(l, shareOf(choice, item.id))))
  }
  const style: StyleSpecification = { ...base, sources, layers: [...ground, ...areas, ...lines, ...marks, ...names] }
  if (parts.drawn.features.length > 0) {
    sources[drawnSource] = { type: 'geojson', data: parts.drawn }
    style.layers.push(...drawnLayers())
  }
  if (parts.sites) {
    sources[siteSource] = { type: 'geojson', data: parts.sites }
    style.layers.push(...siteLayers())
  }
  if (parts.relief > 0 && parts.relief_tiles) {
    sources[reliefSource] = { type: 'raster-dem', tiles: [parts.relief_tiles.tiles], tileSize: 256, encoding: 'mapbox', maxzoom: parts.relief_tiles.maxzoom }
    style.terrain = { source: reliefSource, exaggeration: parts.relief }
    // The paper fades into the distance; a sharp edge of the world would be mistaken for a border.
    style.sky = { 'sky-color': '#dfe9ee', 'horizon-color': colours.paper, 'fog-color': colours.paper, 'sky-horizon-blend': 0.6, 'horizon-fog-blend': 0.6, 'fog-ground-blend': 0.5 }
  }
  return style
}

/** Titles of the layers that are on, for the picture and for whoever cannot see. */
export function shownTitles(items: readonly LayerItem[], choice: Choice, lang: Lang): string[] {
  return shownOverlays(items, choice).map((item) => pick(item, 'title', lang))
}
