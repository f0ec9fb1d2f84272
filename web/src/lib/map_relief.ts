// Heights for the map in relief: the elevation the server lists among its pictures, coded so that heights can be read from it.

import type { LayerItem } from './map_layers'

/** Null where the city has loaded no elevation. */
export function reliefTiles(items: readonly LayerItem[], origin: string): { tiles: string; maxzoom: number } | null {
  const heights = items.find((i) => i.terrain !== undefined)
  return heights ? { tiles: `${origin}${heights.terrain}`, maxzoom: heights.maxzoom } : null
}
