// The layer tree. A layer is either marks of one kind of site, drawn by the page, or layers of the map style fed by a tile
// layer of the server. A new layer is a row here (and messages `layer.<id>`).

export interface MarkLayer {
  id: string
  draw: 'marks'
  kind: string
  /** drawn only while the slider moves its time: a value of the whole city belongs to no place on the map */
  alone?: true
}

export interface TileLayer {
  id: string
  draw: 'tiles'
  /** layers of the map style that are shown and hidden with it */
  style: string[]
}

export interface LayerGroup {
  id: string
  layers: (MarkLayer | TileLayer)[]
}

export const layerTree: LayerGroup[] = [
  {
    id: 'sites',
    layers: [
      { id: 'air-station', draw: 'marks', kind: 'air-station' },
      { id: 'river-section', draw: 'marks', kind: 'river-section' },
      { id: 'city', draw: 'marks', kind: 'city', alone: true },
    ],
  },
  {
    id: 'base',
    layers: [
      { id: 'boundaries', draw: 'tiles', style: ['county-fill', 'county-line-casing', 'county-line', 'county-name'] },
      { id: 'rivers', draw: 'tiles', style: ['river', 'river-name'] },
      { id: 'lakes', draw: 'tiles', style: ['lake', 'lake-shore'] },
    ],
  },
]

export const allLayers = layerTree.flatMap((g) => g.layers)

/** A layer of marks for each kind of site there is: those of the tree in its order, then others as they come. */
export function markLayers(kinds: readonly string[]): MarkLayer[] {
  const there = [...new Set(kinds)]
  const known = allLayers.filter((l): l is MarkLayer => l.draw === 'marks')
  const others = there.filter((kind) => !known.some((l) => l.kind === kind)).map((kind): MarkLayer => ({ id: kind, draw: 'marks', kind }))
  return [...known.filter((l) => there.includes(l.kind)), ...others]
}
