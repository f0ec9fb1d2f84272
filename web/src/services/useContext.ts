// Context curves beside the values under review: other columns of the sheet are there already, other sites are asked.

import { computed, type ComputedRef, type Ref } from 'vue'
import type { ObservationColumns, Property, Series, Site } from '../lib/api_types'
import { contextSource, nearest, otherId } from '../lib/context'
import { num, pick, propertyLabel, unitText } from '../lib/format'
import type { ContextCurve } from '../lib/review_chart'
import { columnId } from '../lib/review'
import type { Sheet, SheetColumn } from '../lib/review_types'
import { toMs } from '../lib/time'
import { properties, siteById, sites } from '../stores/city'
import { lang } from '../stores/lang'
import { getJson, useAsk, type Loaded } from './useApi'

export interface ContextOffer {
  id: string
  label: string
  group: 'own' | 'others' | 'neighbours'
  note: string
}

const unitOf = (unit: string, p: Property | undefined): string => p?.unit_label ?? unitText(unit)

function ownCurve(c: SheetColumn): ContextCurve {
  const p = properties.value.get(c.property)
  return { id: columnId(c), label: propertyLabel(c.property, p, lang.value), unit: unitOf(c.unit, p), times: c.rows.map((r) => toMs(r.time)), values: c.rows.map((r) => r.value) }
}

export function useContext(sheet: () => Sheet, column: () => SheetColumn, chosen: Ref<string[]>): { offers: ComputedRef<ContextOffer[]>; curves: ComputedRef<ContextCurve[]>; asked: Loaded<Map<string, ObservationColumns>> } {
  const own = computed(() => sheet().columns.filter((c) => c !== column() && c.averaging === column().averaging))
  const here = computed(() => siteById.value.get(sheet().site))
  const neighbours = computed((): { site: Site; km: number }[] => (here.value ? nearest(here.value, sites.value, 8) : []))
  const nameOf = (id: string): string => {
    const site = siteById.value.get(id)
    return site ? pick(site, 'name', lang.value) : id
  }
  // What the site measures besides and nobody reviews, as the weather.
  const catalogue = useAsk<Series[]>(() => {
    const { site } = sheet()
    return async (signal) => (await getJson<{ items: Series[] }>('series', { site }, signal)).items.filter((s) => s.stage === 'raw' && s.statistic === 'mean' && s.count > 0)
  })
  const others = computed(() => {
    const reviewed = new Set(sheet().columns.map((c) => c.property))
    return (catalogue.data.value ?? []).filter((s) => s.averaging === column().averaging && !reviewed.has(s.property))
  })
  const offers = computed((): ContextOffer[] => [
    ...own.value.map((c): ContextOffer => ({ id: columnId(c), label: propertyLabel(c.property, properties.value.get(c.property), lang.value), group: 'own', note: '' })),
    ...others.value.map((s): ContextOffer => ({ id: otherId(s), label: propertyLabel(s.property, properties.value.get(s.property), lang.value), group: 'others', note: '' })),
    ...neighbours.value.map(({ site, km }): ContextOffer => ({ id: `@${site.id}`, label: pick(site, 'name', lang.value), group: 'neighbours', note: `${num(km, 1)} km` })),
  ])

  const asked = useAsk<Map<string, ObservationColumns>>(() => {
    const { property, averaging, rows } = column()
    const wanted = chosen.value.flatMap((id) => {
      const source = contextSource(id, property, averaging)
      return source ? [{ id, source }] : []
    })
    const [from, to] = [rows[0]?.time, rows.at(-1)?.time]
    if (wanted.length === 0 || from === undefined || to === undefined) return null
    return async (signal) => {
      const answers = await Promise.all(wanted.map(({ source }) => getJson<{ items: ObservationColumns[] }>('observations', { ...source, stage: 'raw', from, to }, signal)))
      return new Map(answers.flatMap((a, i): [string, ObservationColumns][] => {
        const found = a.items.find((c) => c.series.statistic === 'mean') ?? a.items[0]
        return found ? [[wanted[i]!.id, found]] : []
      }))
    }
  })

  const curves = computed((): ContextCurve[] =>
    chosen.value.flatMap((id): ContextCurve[] => {
      if (contextSource(id, '', '') === null) {
        const c = own.value.find((x) => columnId(x) === id)
        return c ? [ownCurve(c)] : []
      }
      const found = asked.data.value?.get(id)
      if (!found) return []
      const p = properties.value.get(found.series.property)
      const valid = found.value.map((v, i) => (found.quality[i]?.some((q) => q.voids) ? null : v))
      return [{ id, label: id.startsWith('@') ? nameOf(id.slice(1)) : propertyLabel(found.series.property, p, lang.value), unit: unitOf(found.series.unit, p), times: found.phenomenon_end.map(toMs), values: valid }]
    }),
  )
  return { offers, curves, asked }
}
