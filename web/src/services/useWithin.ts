// Asks what lies in a drawn shape: the sites by what is known of them here, the registers by the server, a box first, the
// shape exactly afterwards.

import { computed, type ComputedRef, type Ref } from 'vue'
import type { Geometry } from 'geojson'
import { pick } from '../lib/format'
import { boxOf, isIn } from '../lib/map_geo'
import { registerOf } from '../lib/map_found'
import { placeIn, type LayerFound } from '../lib/map_select'
import type { Shape } from '../lib/map_shape'
import { stateName } from '../lib/record_value'
import type { RecordPage, RegisterRecord } from '../lib/register_types'
import type { ApiError } from '../lib/problem'
import { shortEndLabel } from '../lib/time'
import { activeAveraging, catalogue } from '../stores/atlas'
import { lang, t } from '../stores/lang'
import { markedSites, siteLayers } from '../stores/marks'
import { describe } from '../stores/registers'
import { getJson, step, useAsk } from './useApi'
import type { Pane } from './usePane'

const page_size = 1000
const pages_max = 10
const at_once = 4

export interface Within {
  sites: ComputedRef<LayerFound[]>
  registers: Ref<LayerFound[] | null>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  box: ComputedRef<string | null>
}

/** Nothing is asked while there is no shape, or one that holds nothing: a point or line without a buffer. */
export function useWithin(shape: () => Shape | null, pane: Pane): Within {
  const whole = computed(() => {
    const s = shape()
    return s && (s.kind === 'area' || s.buffer_m > 0) ? s : null
  })
  const box = computed(() => (whole.value ? boxOf(whole.value).map((n) => n.toFixed(6)).join(',') : null))

  const sites = computed<LayerFound[]>(() => {
    const s = whole.value
    if (!s) return []
    return siteLayers.value.flatMap((layer): LayerFound[] => {
      const title = t(`layer.${layer.id}`, {}, layer.id)
      const items = markedSites.value
        .filter((site) => site.kind === layer.kind && isIn(s, [site.lon, site.lat]))
        .map((site) => {
          const face = pane.faceOf(site)
          return { layer: layer.id, layer_title: title, id: site.id, title: pick(site, 'name', lang.value), at: [site.lon, site.lat] as [number, number], says: `${face.label} ${face.word}`.trim(), time: shortEndLabel(pane.timeOf(site.kind) ?? '', activeAveraging.value), register: null }
        })
      return items.length > 0 ? [{ layer: layer.id, title, register: null, items, cut: false }] : []
    })
  })

  async function ofRegister(register: string, layer: string, title: string, s: Shape, bbox: string, signal: AbortSignal): Promise<LayerFound> {
    const described = await describe(register)
    const place = described.map?.geometry ?? ''
    const all: RegisterRecord[] = []
    let after: string | null = null
    for (let n = 0; n < pages_max; ++n) {
      const page: RecordPage = await getJson<RecordPage>(`registers/${step(register)}/records`, { bbox, limit: page_size, after }, signal)
      all.push(...page.items)
      after = page.next || null
      if (after === null) break
    }
    const items = all.flatMap((r) => {
      const at = placeIn(s, r.values[place] as Geometry | null)
      return at ? [{ layer, layer_title: title, id: r.id, title: r.title, at, says: stateName(described, r.state, lang.value), time: '', register }] : []
    })
    return { layer, title, register, items, cut: after !== null }
  }

  const asked = useAsk<LayerFound[]>(() => {
    const [s, bbox] = [whole.value, box.value]
    const layers = (catalogue.value ?? []).flatMap((item) => {
      const register = registerOf(item)
      return register === null || item.features === 0 ? [] : [{ register, id: item.id, title: pick(item, 'title', lang.value) }]
    })
    if (!s || bbox === null || layers.length === 0) return null
    return async (signal) => {
      const out: LayerFound[] = []
      const queue = [...layers]
      const worker = async (): Promise<void> => {
        for (let next = queue.shift(); next; next = queue.shift()) out.push(await ofRegister(next.register, next.id, next.title, s, bbox, signal))
      }
      await Promise.all(Array.from({ length: at_once }, worker))
      return layers.flatMap((l) => out.find((f) => f.layer === l.id && f.items.length > 0) ?? [])
    }
  })
  return { sites, registers: asked.data, loading: asked.loading, error: asked.error, box }
}
