// A press on the map: a site is opened, a cluster goes nearer until it falls apart, and where several things lie on one
// another they are listed to choose from.

import type { Map as GlMap, MapMouseEvent } from 'maplibre-gl'
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Site } from '../lib/api_types'
import { distinct, toHit, type FoundFeature, type Hit } from '../lib/map_found'
import { shownOverlays, siteSource, type LayerItem } from '../lib/map_layers'
import type { LonLat } from '../lib/map_shape'
import type { RecordPage } from '../lib/register_types'
import { choices } from '../stores/atlas'
import { pen } from '../stores/drawing'
import { lang } from '../stores/lang'
import { view } from '../stores/view'
import { pick } from '../lib/format'
import { getJson, step } from './useApi'

const reach_px = 6
const reach_touch_px = 14
const listed_max = 60
const hover_ms = 120
/** Beyond this zoom a cluster that is still one lies on one spot. */
const apart_zoom = 15

export interface Found {
  at: LonLat
  hits: Hit[]
  /** there are more than are listed */
  more: boolean
}

export interface FoundView {
  found: ShallowRef<Found | null>
  busy: Ref<boolean>
  close: () => void
}

export function useFound(map: ShallowRef<GlMap | null>, items: () => readonly LayerItem[], sites: () => readonly Site[] | null, open: (site: Site) => void): FoundView {
  const found = shallowRef<Found | null>(null)
  const busy = ref(false)

  const siteItem = { id: 'sites', group: 'sites', legend: [] } as unknown as LayerItem

  function hitsAt(m: GlMap, e: MapMouseEvent): Hit[] {
    const touch = window.matchMedia('(pointer: coarse)').matches
    const reach = touch ? reach_touch_px : reach_px
    const { x, y } = e.point
    const at: LonLat = [e.lngLat.lng, e.lngLat.lat]
    const shown = shownOverlays(items(), { ...choices.value, hidden: view.hidden }).filter((i) => i.draw !== 'raster')
    const ids = m.getLayersOrder().filter((id) => id === siteSource || (id.startsWith('o-') && !/-(?:names|counts|raster)$/.test(id)))
    if (ids.length === 0) return []
    const features = m.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: ids }) as unknown as FoundFeature[]
    return distinct(
      features.flatMap((f): Hit[] => {
        if (f.layer.source === siteSource) {
          const site = sites()?.[Number(f.id)]
          return site ? [{ kind: 'site', key: `site|${site.id}`, layer: siteItem, id: site.id, title: pick(site, 'name', lang.value), at: [site.lon, site.lat], colour: null, count: 1, stacked: false, zoom: null, register: null, properties: {} }] : []
        }
        const item = shown.find((i) => f.layer.source === `o-${i.id}`)
        return item ? [toHit(f, item, at, lang.value)] : []
      }),
    )
  }

  /** The records of a heap that no zoom parts. */
  async function unfold(group: Hit): Promise<{ hits: Hit[]; more: boolean }> {
    const register = group.register
    if (register === null || !group.layer) return { hits: [group], more: false }
    const by = 2e-4
    const bbox = [group.at[0] - by, group.at[1] - by, group.at[0] + by, group.at[1] + by].map((n) => n.toFixed(6)).join(',')
    const page = await getJson<RecordPage>(`registers/${step(register)}/records`, { bbox, limit: listed_max })
    return {
      hits: page.items.map((r) => ({ ...group, kind: 'record', key: `${group.layer!.id}|${r.id}`, id: r.id, title: r.title, count: 1, stacked: false, properties: { state: r.state } })),
      more: page.next !== null && page.next !== '',
    }
  }

  async function press(m: GlMap, e: MapMouseEvent): Promise<void> {
    if (pen.value !== null) return
    found.value = null
    const hits = hitsAt(m, e)
    const group = hits.find((h) => h.kind === 'group')
    const single = hits.filter((h) => h.kind !== 'group')
    if (group && single.length === 0 && !group.stacked && m.getZoom() < apart_zoom) return void m.easeTo({ center: group.at, zoom: Math.min(apart_zoom + 0.5, Math.max(m.getZoom() + 1, group.zoom ?? m.getZoom() + 2)) })
    if (hits.length === 1 && single[0]?.kind === 'site') {
      const site = sites()?.find((s) => s.id === single[0]!.id)
      if (site) return open(site)
    }
    if (hits.length === 0) return
    found.value = { at: group?.at ?? hits[0]!.at, hits: single, more: false }
    if (!group) return
    busy.value = true
    const mine = found.value
    const heap = await unfold(group).catch(() => ({ hits: [group], more: true }))
    busy.value = false
    if (found.value === mine) found.value = { ...mine, hits: distinct([...single, ...heap.hits]).slice(0, listed_max), more: heap.more }
  }

  watch(map, (m) => {
    if (!m) return
    m.on('click', (e) => void press(m, e))
    let last = 0
    m.on('mousemove', (e) => {
      // Asking for what lies below costs more than a frame may: a few times a second are enough for the pointer's look.
      if (pen.value !== null || m.isMoving() || performance.now() - last < hover_ms) return
      last = performance.now()
      m.getCanvas().style.cursor = hitsAt(m, e).length > 0 ? 'pointer' : ''
    })
  })
  watch(
    () => [view.own['on'], view.hidden.join()],
    () => (found.value = null),
  )
  return { found, busy, close: () => void (found.value = null) }
}
