// Drawn shapes as features of the map's style, and their measures.

import type { Feature, FeatureCollection, Position } from 'geojson'
import { area_m2, bufferRings, length_m } from './map_geo'
import type { LonLat, Shape, ShapeKind } from './map_shape'

const closed = (ring: readonly LonLat[]): Position[] => [...ring, ring[0]!]

/** The biggest ring is the outline, the others are its holes: what lies around one shape hangs together. */
function bufferFeature(shape: Shape, n: number): Feature | null {
  const rings = bufferRings(shape).sort((a, b) => area_m2(b) - area_m2(a))
  return rings.length === 0 ? null : { type: 'Feature', properties: { part: 'buffer', shape: n, buffer_m: shape.buffer_m }, geometry: { type: 'Polygon', coordinates: rings } }
}

export function shapeFeature(shape: Shape, n: number): Feature {
  const properties = { part: shape.kind, shape: n, buffer_m: shape.buffer_m }
  if (shape.kind === 'point') return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: shape.at[0]! } }
  if (shape.kind === 'line') return { type: 'Feature', properties, geometry: { type: 'LineString', coordinates: shape.at } }
  return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [closed(shape.at)] } }
}

export function drawnFeatures(shapes: readonly Shape[], pen: ShapeKind | null, draft: readonly LonLat[]): FeatureCollection {
  const features: Feature[] = []
  shapes.forEach((shape, n) => {
    const buffer = bufferFeature(shape, n)
    if (buffer) features.push(buffer)
    features.push(shapeFeature(shape, n))
  })
  if (pen !== null && draft.length > 1) features.push({ type: 'Feature', properties: { part: 'line' }, geometry: { type: 'LineString', coordinates: pen === 'area' && draft.length > 2 ? closed(draft) : [...draft] } })
  for (const corner of draft) features.push({ type: 'Feature', properties: { part: 'corner' }, geometry: { type: 'Point', coordinates: corner } })
  return { type: 'FeatureCollection', features }
}

export interface Measures {
  /** of a line; around an area */
  length_m: number | null
  area_m2: number | null
}

export function measures(kind: ShapeKind, at: readonly LonLat[]): Measures {
  if (kind === 'point') return { length_m: null, area_m2: null }
  return { length_m: length_m(at, kind === 'area'), area_m2: kind === 'area' && at.length > 2 ? area_m2(at) : null }
}
