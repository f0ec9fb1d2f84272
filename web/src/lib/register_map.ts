// The layer of a register on the map: the pack's colours, clusters where points lie dense, and the legend that explains them.

import type { LayerSpecification } from 'maplibre-gl'
import type { Lang } from './i18n'
import { codeName, fieldOf, stateName } from './record_value'
import type { Register } from './register_types'

export const other_colour = '#5b6b64'

export interface LegendEntry {
  value: string
  colour: string
  label: string
}

export function legend(register: Register, lang: Lang): LegendEntry[] {
  const by = register.map?.colour_by ?? ''
  const field = fieldOf(register, by)
  const label = (value: string): string => (by === 'state' ? stateName(register, value, lang) : field ? codeName(register, field, value, lang) : value)
  return Object.entries(register.map?.colours ?? {}).map(([value, colour]) => ({ value, colour, label: label(value) }))
}

/** Colour of a feature by its `colour`, which is a value of the field the pack colours by. */
export function colourOf(register: Register): unknown {
  const pairs = Object.entries(register.map?.colours ?? {})
  if (pairs.length === 0) return '#2f6d5d'
  return ['match', ['to-string', ['get', 'colour']], ...pairs.flat(), other_colour]
}

const fonts = ['Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', 'sans-serif']

/** Layers over the source `source`, whose tiles have one layer named as the register. */
export function recordLayers(register: Register, source: string): LayerSpecification[] {
  const source_layer = register.id
  const count = ['to-number', ['get', 'count'], 1]
  const cluster = ['>', count, 1]
  return [
    {
      id: `${source}-points`, type: 'circle', source, 'source-layer': source_layer, filter: ['!', cluster],
      paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 7, 4, 12, 7], 'circle-color': colourOf(register), 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.5 },
    },
    {
      id: `${source}-clusters`, type: 'circle', source, 'source-layer': source_layer, filter: cluster,
      paint: { 'circle-radius': ['interpolate', ['linear'], ['log10', count], 0, 9, 5, 24], 'circle-color': '#2f6d5d', 'circle-opacity': 0.85, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 },
    },
    {
      id: `${source}-counts`, type: 'symbol', source, 'source-layer': source_layer, filter: cluster,
      layout: { 'text-field': ['to-string', count], 'text-font': fonts, 'text-size': 11, 'text-allow-overlap': true }, paint: { 'text-color': '#ffffff' },
    },
    {
      id: `${source}-names`, type: 'symbol', source, 'source-layer': source_layer, filter: ['!', cluster], minzoom: 12,
      layout: { 'text-field': ['coalesce', ['get', 'title'], ''], 'text-font': fonts, 'text-size': 11, 'text-offset': [0, 1.2], 'text-anchor': 'top', 'text-max-width': 9 },
      paint: { 'text-color': '#1f4a40', 'text-halo-color': '#ffffff', 'text-halo-width': 1.5 },
    },
  ] as unknown as LayerSpecification[]
}
