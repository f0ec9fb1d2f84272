// What lies in a drawn shape, layer by layer, and the files made of it.

import type { Feature, FeatureCollection, Geometry, Position } from 'geojson'
import { isIn } from './map_geo'
import type { LonLat, Shape } from './map_shape'
import { toCsv, type Column } from './table'

export interface LyingThere {
  layer: string
  layer_title: string
  id: string
  title: string
  at: LonLat
  /** "AQI 56", "Ⅱ", a state */
  says: string
  time: string
  /** of a record */
  register: string | null
}

export interface LayerFound {
  layer: string
  title: string
  register: string | null
  items: LyingThere[]
  /** there may be more: the list was cut before all could be looked at */
  cut: boolean
}

function corners(g: Geometry): Position[] {
  switch (g.type) {
    case 'Point': return [g.coordinates]
    case 'MultiPoint':
    case 'LineString': return g.coordinates
    case 'MultiLineString':
    case 'Polygon': return g.coordinates.flat()
    case 'MultiPolygon': return g.coordinates.flat(2)
    default: return g.geometries.flatMap(corners)
  }
}

/** The first corner of a record's place that lies in the shape; null where none does. A line or area counts by its corners. */
export function placeIn(shape: Shape, place: Geometry | null | undefined): LonLat | null {
  for (const c of place ? corners(place) : []) {
    const at: LonLat = [c[0] ?? Number.NaN, c[1] ?? Number.NaN]
    if (isIn(shape, at)) return at
  }
  return null
}

export interface FileWords {
  layer: string
  id: string
  name: string
  lon: string
  lat: string
  says: string
  time: string
}

export function foundCsv(found: readonly LayerFound[], words: FileWords): string {
  const columns: Column<LyingThere>[] = [
    { id: 'layer', label: words.layer, value: (r) => r.layer_title },
    { id: 'id', label: words.id, value: (r) => r.id },
    { id: 'name', label: words.name, value: (r) => r.title },
    { id: 'lon', label: words.lon, value: (r) => r.at[0] },
    { id: 'lat', label: words.lat, value: (r) => r.at[1] },
    { id: 'says', label: words.says, value: (r) => r.says },
    { id: 'time', label: words.time, value: (r) => r.time },
  ]
  return toCsv(columns, found.flatMap((f) => f.items))
}

/** RFC 7946: what lies there, and the shape that was asked. */
export function foundGeoJson(found: readonly LayerFound[], shapes: readonly Feature[]): string {
  const features: Feature[] = found.flatMap((f) =>
    f.items.map((r): Feature => ({ type: 'Feature', id: `${r.layer}/${r.id}`, geometry: { type: 'Point', coordinates: r.at }, properties: { layer: r.layer, layer_title: r.layer_title, id: r.id, name: r.title, says: r.says, time: r.time } })),
  )
  const all: FeatureCollection = { type: 'FeatureCollection', features: [...shapes, ...features] }
  return `${JSON.stringify(all, null, 1)}\n`
}
