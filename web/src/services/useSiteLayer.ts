// Colours of many sites, set on the map's own circles: a step of time changes states, never the source, and only of those
// whose look is another than before.

import type { Map as GlMap } from 'maplibre-gl'
import { watchEffect, type Ref, type ShallowRef } from 'vue'
import type { Site } from '../lib/api_types'
import { siteSource } from '../lib/map_layers'

export interface SiteLook {
  colour: string
  over: boolean
  gone: boolean
  chosen: boolean
}

/** `sites` in the order of the source's feature ids; null where the page draws marks instead. */
export function useSiteLayer(map: ShallowRef<GlMap | null>, styled: Ref<number>, sites: () => readonly Site[] | null, look: (site: Site) => SiteLook): void {
  let last: string[] = []
  let of: unknown = null
  watchEffect(() => {
    void styled.value
    const m = map.value
    const all = sites()
    const source = m?.getSource(siteSource)
    if (!m || !all || !source) return
    if (of !== source) {
      of = source
      last = []
    }
    all.forEach((site, id) => {
      const state = look(site)
      const key = `${state.colour}${state.over ? 'o' : ''}${state.gone ? 'g' : ''}${state.chosen ? 'c' : ''}`
      if (last[id] === key) return
      last[id] = key
      m.setFeatureState({ source: siteSource, id }, state)
    })
  })
}
