// The map of the wall: our own style in dark colours. The marks keep the colours that the standards print.

import type { StyleSpecification } from 'maplibre-gl'

const paints: Record<string, Record<string, unknown>> = {
  paper: { 'background-color': '#0d1715' },
  'county-fill': { 'fill-color': '#16241f', 'fill-opacity': 1 },
  lake: { 'fill-color': '#1d3d4c' },
  'lake-shore': { 'line-color': '#2c5a70' },
  river: { 'line-color': '#2f6480' },
  'county-line-casing': { 'line-color': '#0d1715', 'line-opacity': 0.8 },
  'county-line': { 'line-color': '#6f9486' },
  'river-name': { 'text-color': '#7fb3cc', 'text-halo-color': '#0d1715' },
  'county-name': { 'text-color': '#b9cfc5', 'text-halo-color': '#0d1715' },
}

export function darkStyle(style: StyleSpecification): StyleSpecification {
  const layers = style.layers.map((layer) => {
    const own = paints[layer.id]
    return own ? { ...layer, paint: { ...(layer as { paint?: object }).paint, ...own } } : layer
  })
  return { ...style, layers: layers as StyleSpecification['layers'] }
}
