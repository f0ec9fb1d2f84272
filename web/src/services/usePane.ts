// What one of the maps shows of each site: at which time, by which edition, in which colour, over the limit or not. The first
// map shows the moment of the page; the second of a split view another time or another edition.

import { computed, shallowReactive, watch, type ComputedRef } from 'vue'
import type { Judgement, Site } from '../lib/api_types'
import { editionFor } from '../lib/editions'
import { colourOfReading, readingFace } from '../lib/map_face'
import { isOver, readingAt, timeAt, type Moments, type Reading } from '../lib/map_moments'
import type { Other } from '../lib/route_map'
import { face, spoken, type Face } from '../lib/site_view'
import { shortEndLabel, toMs } from '../lib/time'
import { activeAveraging, choices, isPlayed, loadMoments, momentsOf, propertyOf, verdictOf } from '../stores/atlas'
import { properties, sites, standards } from '../stores/city'
import { lang, t } from '../stores/lang'
import { activeKind, held, judgements, kinds, shownTime } from '../stores/moment'
import { pick } from '../lib/format'
import { view } from '../stores/view'
import { getJson } from './useApi'

export interface Pane {
  timeOf: (kind: string) => string | null
  editionOf: (kind: string) => string | null
  faceOf: (site: Site) => Face
  /** the whole sentence for who cannot see the mark */
  labelOf: (site: Site, face: Face) => string
  colourOf: (site: Site) => string
  isOver: (site: Site) => boolean
  /** kinds whose marks are drawn from moments that are not there yet */
  waiting: ComputedRef<boolean>
}

export function usePane(other: () => Other | null): Pane {
  const own = shallowReactive(new Map<string, Judgement>())
  const shared = computed(() => other() === null)

  const timeOf = (kind: string): string | null => {
    const o = other()
    return o && 'time' in o && kind === activeKind.value ? o.time : shownTime(kind)
  }
  const editionOf = (kind: string): string | null => {
    const o = other()
    return editionFor(kind, o && 'edition' in o ? o.edition : view.edition, standards.value)
  }

  // The second map asks for its own judgements; the first has those of the page.
  watch(
    () => (shared.value || held.value ? [] : kinds.value.filter((k) => timeOf(k) !== null).map((k) => [k, timeOf(k) ?? '', editionOf(k) ?? ''].join('|'))),
    (now, before) => {
      for (const key of now) {
        if (before?.includes(key)) continue
        const [kind = '', at = '', edition = ''] = key.split('|')
        getJson<{ items: Judgement[] }>('judgements', { at, kind, edition })
          .then(({ items }) => {
            if (timeOf(kind) !== at) return
            for (const [site, j] of [...own]) if (j.kind === kind) own.delete(site)
            for (const j of items) own.set(j.site, j)
          })
          .catch(() => undefined) // the marks stay as they were; the page's own request tells what is wrong
      }
    },
    { immediate: true },
  )

  const judgementOf = (site: string): Judgement | undefined => (shared.value ? judgements : own).get(site)

  interface Played {
    moments: Moments
    index: number
  }
  const played = computed(() => {
    const out = new Map<string, Played | null>()
    for (const kind of kinds.value) {
      if (!isPlayed(kind)) continue
      const time = timeOf(kind)
      const moments = momentsOf(kind, time, editionOf(kind))
      out.set(kind, moments && time !== null ? { moments, index: timeAt(moments, toMs(time)) } : null)
    }
    return out
  })
  const waiting = computed(() => [...played.value.values()].includes(null))
  watch(
    () => [...played.value.keys()].map((kind) => `${kind}|${timeOf(kind) ?? ''}|${editionOf(kind) ?? ''}|${propertyOf(kind) ?? ''}|${activeAveraging.value}`),
    () => {
      for (const [kind, p] of played.value) {
        const time = timeOf(kind)
        if (!p && time !== null) loadMoments(kind, time, editionOf(kind)).catch(() => undefined) // told by momentsError
      }
    },
    { immediate: true },
  )

  const readingOf = (site: Site): Reading | null => {
    const p = played.value.get(site.kind)
    return p ? readingAt(p.moments, p.index, site.id) : null
  }
  /** From moments where they are asked for and there; while they are on their way the verdict stands. */
  const isRead = (site: Site): boolean => (played.value.get(site.kind) ?? null) !== null

  function faceOf(site: Site): Face {
    if (!isRead(site)) return face(judgementOf(site.id), timeOf(site.kind), lang.value, t)
    const property = propertyOf(site.kind) ?? ''
    const verdict = property === verdictOf(site.kind) ? (property as 'AQI' | 'class') : null
    return readingFace(readingOf(site), { verdict, property: properties.value.get(property) }, lang.value, t)
  }

  function labelOf(site: Site, f: Face): string {
    if (!isRead(site)) return spoken(site, judgementOf(site.id), f, lang.value, t)
    const parts = [pick(site, 'name', lang.value), t(`kind.${site.kind}`, {}, site.kind), `${propertyOf(site.kind) ?? ''} ${f.label}`, f.word, shortEndLabel(timeOf(site.kind) ?? '', activeAveraging.value)]
    if (over(site)) parts.push(t('atlas.over'))
    return parts.filter((s) => s !== '').join(lang.value === 'zh' ? '，' : ', ')
  }

  function colourOf(site: Site): string {
    return isRead(site) ? colourOfReading(readingOf(site)) : face(judgementOf(site.id), null, lang.value, t).colour
  }

  function over(site: Site): boolean {
    const limit = choices.value.limit
    if (!limit || site.kind !== activeKind.value) return false
    const r = readingOf(site)
    return r !== null && isOver(r.value, r.level, limit)
  }

  return { timeOf, editionOf, faceOf, labelOf, colourOf, isOver: over, waiting }
}

/** Sites by kind, for counts beside the layers. */
export const countsByKind = computed(() => {
  const by = new Map<string, number>()
  for (const site of sites.value) by.set(site.kind, (by.get(site.kind) ?? 0) + 1)
  return by
})
