// Which sites stand on the map, and how they are drawn: as marks of the page while they are few, each a button with words; as
// circles of the map where there are many, beside a list that says the same.

import { computed, shallowRef } from 'vue'
import { markLayers } from '../lib/layers'
import type { LonLat } from '../lib/map_shape'
import { sites } from './city'
import { activeKind } from './moment'
import { isHidden } from './view'

const few_max = 60

export const siteLayers = computed(() => markLayers(sites.value.map((s) => s.kind)))

export const markedSites = computed(() => {
  const kinds = new Set(siteLayers.value.filter((l) => !isHidden(l.id) && (!l.alone || activeKind.value === l.kind)).map((l) => l.kind))
  return sites.value.filter((s) => kinds.has(s.kind))
})

export const marksAreFew = computed(() => markedSites.value.length <= few_max)

/** A place the map is asked to go to. */
export const spotlight = shallowRef<LonLat | null>(null)
