// What was chosen on the map (it lies in the address), the layers the server offers, and the many times that are played.

import { computed, shallowReactive, shallowRef } from 'vue'
import { editionFor, historyRule } from '../lib/editions'
import type { LayerItem } from '../lib/map_layers'
import { averagingOf, coarser, countOver, timeAt, toMoments, windowOf, type Moments, type MomentsAnswer } from '../lib/map_moments'
import type { ApiError } from '../lib/problem'
import { readChoices, writeChoices, type MapChoices } from '../lib/route_map'
import { toMs } from '../lib/time'
import type { Track } from '../lib/track'
import { asApiError, getJson } from '../services/useApi'
import { sites, standards } from './city'
import { activeKind, held, shownTime, tracks } from './moment'
import { view } from './view'

export const choices = computed<MapChoices>(() => readChoices(view.page === 'map' ? view.own : {}))

export function choose(part: Partial<MapChoices>): void {
  view.own = writeChoices({ ...choices.value, ...part })
}

/** Puts a layer on the map that begins off, on top of the others, or takes it off. */
export function setOn(id: string, on: boolean): void {
  const c = choices.value
  if (on) choose({ on: [...c.on.filter((i) => i !== id), id] })
  else choose({ on: c.on.filter((i) => i !== id), order: c.order.filter((i) => i !== id) })
}

export function setFade(id: string, percent: number): void {
  const { [id]: _, ...others } = choices.value.fade
  choose({ fade: percent >= 100 ? others : { ...others, [id]: Math.round(percent) } })
}

/** Layers of the server; null until they are told. */
export const catalogue = shallowRef<LayerItem[] | null>(null)
export const catalogueError = shallowRef<ApiError | null>(null)

export async function loadCatalogue(): Promise<void> {
  try {
    catalogue.value = (await getJson<{ items: LayerItem[] }>('layers')).items
    catalogueError.value = null
  } catch (e) {
    catalogueError.value = asApiError(e)
  }
}

// ---- what is played ---------------------------------------------------------------------------------------------------------

const windows_max = 24
const known = shallowReactive(new Map<string, Moments>())
const asked = new Map<string, Promise<Moments>>()
export const momentsError = shallowRef<ApiError | null>(null)

/** What the verdict of a kind is called among the moments; null for a kind that has none. */
export function verdictOf(kind: string): string | null {
  const rule = historyRule(kind)
  return rule === 'water-class' ? 'class' : rule?.startsWith('aqi') ? 'AQI' : null
}

/** The property of a kind that the moments are of: the one chosen for the kind of the slider, else its verdict. */
export function propertyOf(kind: string): string | null {
  return (kind === activeKind.value ? choices.value.show : null) ?? verdictOf(kind)
}

/** Layers of values of a kind that are no verdict: what can be shown instead of it. */
export function valuesOf(kind: string): LayerItem[] {
  return (catalogue.value ?? []).filter((i) => i.group === 'values' && i.kind === kind && i.property !== verdictOf(kind))
}

/** The track the slider moves along: that of the data, or of the means chosen. */
export const activeTrack = computed<Track | null>(() => {
  const track = tracks.get(activeKind.value ?? '')
  return track ? coarser(track, choices.value.mean) : null
})

export const activeAveraging = computed(() => {
  const track = tracks.get(activeKind.value ?? '')
  return track ? averagingOf(choices.value.mean, track) : 'PT1H'
})

interface Wanted {
  key: string
  query: Record<string, string | null>
}

function wanted(kind: string, instant: string, edition: string | null): Wanted | null {
  const property = propertyOf(kind)
  if (property === null) return null
  const averaging = kind === activeKind.value ? activeAveraging.value : averagingOf(null, tracks.get(kind)!)
  // A verdict has its own averaging by law; means of days and months are derived values.
  const own = averagingOf(null, tracks.get(kind)!)
  if (property === verdictOf(kind) && averaging !== own) return null
  const stage = averaging !== own && (averaging === 'P1D' || averaging === 'P1M') ? 'derived' : null
  const { from, to } = windowOf(toMs(instant), averaging, sites.value.filter((s) => s.kind === kind).length)
  return { key: [kind, property, averaging, edition ?? '', from].join('|'), query: { kind, property, averaging, stage, edition, from, to } }
}

function fetchWindow({ key, query }: Wanted): Promise<Moments> {
  const running = asked.get(key)
  if (running) return running
  const request = getJson<MomentsAnswer>('moments', query).then((answer) => {
    const moments = toMoments(answer)
    known.set(key, moments)
    const oldest = known.keys().next()
    if (known.size > windows_max && !oldest.done) {
      known.delete(oldest.value)
      asked.delete(oldest.value)
    }
    momentsError.value = null
    return moments
  })
  asked.set(key, request)
  request.catch((e: unknown) => {
    asked.delete(key)
    momentsError.value = asApiError(e)
  })
  return request
}

const editionOf = (kind: string): string | null => editionFor(kind, view.edition, standards.value)

/** Fetches what is needed to show a kind at an instant; settles at once where it is there. */
export async function loadMoments(kind: string, instant: string, edition = editionOf(kind)): Promise<Moments | null> {
  const want = wanted(kind, instant, edition)
  return want ? fetchWindow(want) : null
}

/** The moments that hold an instant of a kind, if they are there by now. */
export function momentsOf(kind: string, instant: string | null, edition = editionOf(kind)): Moments | null {
  if (instant === null || !tracks.has(kind)) return null
  const want = wanted(kind, instant, edition)
  return want ? (known.get(want.key) ?? null) : null
}

/** Live values made the newest moments stale. */
export function forgetMoments(): void {
  known.clear()
  asked.clear()
}

/** Whether the marks of a kind are drawn from moments: while it plays, and where something else than the newest verdict is asked for. */
export function isPlayed(kind: string): boolean {
  const c = choices.value
  return kind === activeKind.value && (held.value || c.show !== null || c.mean !== null || c.limit !== null)
}

/** Moments of the kind of the slider at its time. */
export const activeMoments = computed(() => (activeKind.value === null ? null : momentsOf(activeKind.value, shownTime(activeKind.value))))
export const activeIndex = computed(() => {
  const time = shownTime(activeKind.value ?? '')
  return activeMoments.value && time !== null ? timeAt(activeMoments.value, toMs(time)) : -1
})

/** Counts over the limit for all times fetched so far around the shown one; null without a limit. */
export const activeCounts = computed(() => (activeMoments.value && choices.value.limit ? countOver(activeMoments.value, choices.value.limit) : null))
