// The map style of our own: paper, counties, rivers, lakes, all from tiles of this server; labels are drawn with the fonts
// of the machine (no `glyphs`, no `sprite`), so no request leaves it. Tianditu is added below only if a token is set.

import type { StyleSpecification } from 'maplibre-gl'
import type { Lang } from './i18n'

export interface StyleNeeds {
  /** scheme, host and port of the page: tile addresses must be absolute */
  origin: string
  lang: Lang
  /** west, south, east, north of the city */
  bounds: [number, number, number, number]
  /** null: nothing is asked of Tianditu */
  tiandituToken: string | null
  /** its picture of the ground instead of its map */
  picture?: boolean
}

export const fonts = ['Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', 'sans-serif']

export const colours = {
  paper: '#f1efe7',
  counties: ['#e3eedd', '#f1ebd9', '#dcebe7', '#f2e9df', '#e8efd5', '#e9e8ef'],
  countyLine: '#8fa79b',
  water: '#a9cbdd',
  waterLine: '#86b3cc',
  waterName: '#4f86a3',
  countyName: '#5d6f66',
}

/**
 * The greatest zoom at which one tile holds the whole box, at most 12 (0 if only the world does).
 * Labels of areas are placed from tiles of this zoom: cut areas would be labelled once for each tile.
 */
export function wholeBoxZoom([west, south, east, north]: [number, number, number, number]): number {
  const x = (lon: number): number => (lon + 180) / 360
  const y = (lat: number): number => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)
  for (let z = 12; z > 0; --z) {
    const tiles = 2 ** z
    if (Math.floor(x(west) * tiles) === Math.floor(x(east) * tiles) && Math.floor(y(north) * tiles) === Math.floor(y(south) * tiles)) return z
  }
  return 0
}

function tianditu(token: string, picture: boolean): Pick<StyleSpecification, 'sources' | 'layers'> {
  const tiles = (layer: string): string[] =>
    ['0', '1', '2', '3'].map(
      (n) =>
        `https://t${n}.tianditu.gov.cn/${layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${layer}&STYLE=default` +
        `&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=${encodeURIComponent(token)}`,
    )
  return {
    sources: {
      tianditu: { type: 'raster', tiles: tiles(picture ? 'img' : 'vec'), tileSize: 256, maxzoom: 18, attribution: '天地图' },
      'tianditu-names': { type: 'raster', tiles: tiles(picture ? 'cia' : 'cva'), tileSize: 256, maxzoom: 18 },
    },
    layers: [
      { id: 'tianditu', type: 'raster', source: 'tianditu' },
      { id: 'tianditu-names', type: 'raster', source: 'tianditu-names' },
    ],
  }
}

export function buildStyle(needs: StyleNeeds): StyleSpecification {
  const tiles = (layer: string): string[] => [`${needs.origin}/tiles/${layer}/{z}/{x}/{y}.mvt`]
  const labelZoom = wholeBoxZoom(needs.bounds)
  const outside = needs.tiandituToken ? tianditu(needs.tiandituToken, needs.picture ?? false) : { sources: {}, layers: [] }
  const localName = ['coalesce', ['get', `name_${needs.lang}`], ['get', 'name_zh'], ''] as const
  // Divisions of one city get neighbouring soft tones by the last digits of their code.
  const tone = ['%', ['to-number', ['get', 'adcode'], 0], colours.counties.length] as const
  // One source for all of the ground: each more costs its own requests, and a mask over the whole screen whenever layers of two alternate.
  return {
    version: 8,
    sources: {
      land: { type: 'vector', tiles: tiles('boundaries+lakes+rivers'), maxzoom: 14 },
      'boundary-labels': { type: 'vector', tiles: tiles('boundaries'), minzoom: labelZoom, maxzoom: labelZoom },
      ...outside.sources,
    },
    layers: [
      { id: 'paper', type: 'background', paint: { 'background-color': colours.paper } },
      ...outside.layers,
      {
        id: 'county-fill',
        type: 'fill',
        source: 'land',
        'source-layer': 'boundaries',
        paint: {
          // Its edge lies under the county line.
          'fill-antialias': false,
          'fill-color': ['match', [...tone], 0, colours.counties[0]!, 1, colours.counties[1]!, 2, colours.counties[2]!, 3, colours.counties[3]!, 4, colours.counties[4]!, colours.counties[5]!],
          'fill-opacity': needs.tiandituToken ? 0.15 : 1,
        },
      },
      { id: 'lake', type: 'fill', source: 'land', 'source-layer': 'lakes', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-antialias': false, 'fill-color': colours.water } },
      { id: 'lake-shore', type: 'line', source: 'land', 'source-layer': 'lakes', paint: { 'line-color': colours.waterLine, 'line-width': 0.8 } },
      {
        id: 'river',
        type: 'line',
        source: 'land',
        'source-layer': 'rivers',
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': colours.waterLine,
          // GSHHG level: the smaller the number, the greater the river.
          'line-width': [
            'interpolate', ['linear'], ['zoom'],
            7, ['interpolate', ['linear'], ['to-number', ['get', 'level'], 4], 0, 2, 4, 0.8],
            12, ['interpolate', ['linear'], ['to-number', ['get', 'level'], 4], 0, 6, 4, 3],
          ],
        },
      },
      {
        id: 'county-line-casing',
        type: 'line',
        source: 'land',
        'source-layer': 'boundaries',
        layout: { 'line-join': 'round' },
        paint: { 'line-color': '#ffffff', 'line-width': 3, 'line-opacity': 0.7 },
      },
      {
        id: 'county-line',
        type: 'line',
        source: 'land',
        'source-layer': 'boundaries',
        layout: { 'line-join': 'round' },
        paint: { 'line-color': colours.countyLine, 'line-width': 1.1, 'line-dasharray': [5, 2] },
      },
      {
        id: 'river-name',
        type: 'symbol',
        source: 'land',
        'source-layer': 'rivers',
        layout: {
          'symbol-placement': 'line',
          'symbol-spacing': 320,
          'text-field': [...localName],
          'text-font': fonts,
          'text-size': 12,
          'text-letter-spacing': 0.25,
        },
        paint: { 'text-color': colours.waterName, 'text-halo-color': '#ffffff', 'text-halo-width': 1.4 },
      },
      {
        id: 'county-name',
        type: 'symbol',
        source: 'boundary-labels',
        'source-layer': 'boundaries',
        layout: {
          'text-field': [...localName],
          'text-font': fonts,
          'text-size': ['interpolate', ['linear'], ['zoom'], 7, 12, 11, 18],
          'text-letter-spacing': needs.lang === 'zh' ? 0.3 : 0.05,
          'text-max-width': 8,
        },
        paint: { 'text-color': colours.countyName, 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 },
      },
    ],
  } as StyleSpecification
}
