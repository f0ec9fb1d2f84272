// The moment the map shows: for each kind of site a track of time, a chosen instant or the newest, and the judgements of
// that instant. Map, panel and list read the same judgements.

import { computed, reactive, ref, shallowReactive, shallowRef, watch } from 'vue'
import type { Judgement, Period } from '../lib/api_types'
import { arrival, isReplayed } from '../lib/arrival'
import { editionFor } from '../lib/editions'
import type { ApiError } from '../lib/problem'
import { toMs } from '../lib/time'
import { makeTrack, neighbour, withInstant, type Track } from '../lib/track'
import { asApiError, getJson } from '../services/useApi'
import { sites, standards } from './city'
import { view } from './view'

const remembered_max = 400

export const tracks = shallowReactive(new Map<string, Track>())
export const judgements = shallowReactive(new Map<string, Judgement>())
/** counts the judgements that came live to each mark, for its pulse */
export const arrivals = reactive<Record<string, number>>({})
/** counts the observations that came live for each site, for its curve */
export const observed = reactive<Record<string, number>>({})
export const momentError = shallowRef<ApiError | null>(null)

/** While time plays the marks come from elsewhere: judgements wait until it stands still. */
export const held = ref(false)

const followed = reactive<Record<string, string>>({})
const turns = new Map<string, number>()
const remembered = new Map<string, Promise<Judgement[]>>()

/** Kinds that have a track, air first. */
export const kinds = computed(() => [...tracks.keys()])

/** The kind whose time the slider moves. */
export const activeKind = computed(() => {
  const asked = view.kind
  return asked !== null && tracks.has(asked) ? asked : (kinds.value[0] ?? null)
})

export function isLive(kind: string): boolean {
  return view.times[kind] === undefined
}

/** What is asked of the server for a kind. */
function asked(kind: string): string {
  return view.times[kind] ?? followed[kind] ?? 'latest'
}

/** The instant a kind stands at; null while nothing is known. */
export function shownTime(kind: string): string | null {
  const at = asked(kind)
  if (at !== 'latest') return at
  let newest: string | null = null
  for (const j of judgements.values()) {
    if (j.kind === kind && (newest === null || toMs(j.time) > toMs(newest))) newest = j.time
  }
  return newest
}

/** How long the values of a kind are averaged, ISO 8601: as judged, else the step of its track. */
export function averaging(kind: string): string {
  for (const j of judgements.values()) if (j.kind === kind) return j.averaging
  const step_h = (tracks.get(kind)?.step_ms ?? 3_600_000) / 3_600_000
  return step_h === 24 ? 'P1D' : `PT${step_h}H`
}

export function isReplay(kind: string): boolean {
  if (isLive(kind) && followed[kind] !== undefined) return true
  for (const j of judgements.values()) if (j.kind === kind && isReplayed(j)) return true
  return false
}

function fetchState(kind: string, at: string): Promise<Judgement[]> {
  const edition = editionFor(kind, view.edition, standards.value)
  const key = `${kind}|${at}|${edition ?? ''}`
  const known = remembered.get(key)
  if (known) return known
  const request = getJson<{ items: Judgement[] }>('judgements', { at, kind, edition }).then((r) => r.items)
  request.catch(() => remembered.delete(key))
  if (at !== 'latest') {
    remembered.set(key, request)
    const oldest = remembered.keys().next()
    if (remembered.size > remembered_max && !oldest.done) remembered.delete(oldest.value)
  }
  return request
}

function forget(kind: string): void {
  for (const key of [...remembered.keys()]) if (key.startsWith(`${kind}|`)) remembered.delete(key)
}

/** Shows the state of a kind at the time asked for; an answer that comes too late is dropped. */
export async function loadKind(kind: string): Promise<void> {
  const turn = (turns.get(kind) ?? 0) + 1
  turns.set(kind, turn)
  try {
    const items = await fetchState(kind, asked(kind))
    if (turns.get(kind) !== turn) return
    const there = new Set(items.map((j) => j.site))
    for (const [site, j] of [...judgements]) if (j.kind === kind && !there.has(site)) judgements.delete(site)
    for (const j of items) judgements.set(j.site, j)
    momentError.value = null
  } catch (e) {
    if (turns.get(kind) === turn) momentError.value = asApiError(e)
  }
}

export async function loadTimeline(): Promise<void> {
  try {
    const { periods } = await getJson<{ periods: Period[] }>('timeline')
    const known = new Set(sites.value.map((s) => s.kind))
    for (const p of periods) if (known.has(p.kind)) tracks.set(p.kind, makeTrack(p))
    momentError.value = null
  } catch (e) {
    momentError.value = asApiError(e)
  }
}

/** Asks again for everything that is shown, as after a break of the stream. */
export async function refresh(): Promise<void> {
  remembered.clear()
  await loadTimeline()
  await Promise.all(kinds.value.map(loadKind))
}

export function choose(kind: string, instant: string | null): void {
  if (instant === null) {
    const { [kind]: _, ...rest } = view.times
    view.times = rest
    delete followed[kind]
  } else {
    view.times = { ...view.times, [kind]: instant }
  }
}

/** One step along the data; false at the end. Settles when the new state is shown; the next one is asked for ahead. */
export async function stepTo(kind: string, direction: 1 | -1): Promise<boolean> {
  const track = tracks.get(kind)
  const now = shownTime(kind)
  const next = track && now !== null ? neighbour(track, now, direction) : null
  if (!track || next === null) return false
  choose(kind, next)
  await loadKind(kind)
  const after = neighbour(track, next, direction)
  if (after !== null) fetchState(kind, after).catch(() => undefined)
  return true
}

/** A judgement from the stream. */
export function arrive(j: Judgement): void {
  const track = tracks.get(j.kind)
  // The first data of a kind that had none begins its track.
  tracks.set(j.kind, track ? withInstant(track, j.time) : makeTrack({ kind: j.kind, from: j.time, to: j.time, step: j.averaging, hours: [j.time] }))
  forget(j.kind)
  const shown = { chosen: view.times[j.kind] ?? null, followed: followed[j.kind] ?? null, current: judgements.get(j.site)?.time ?? null }
  const what = arrival(j, shown)
  if (what === 'keep') return
  arrivals[j.site] = (arrivals[j.site] ?? 0) + 1
  const edition = editionFor(j.kind, view.edition, standards.value)
  if (edition !== null && edition !== j.edition) {
    if (what === 'follow') followed[j.kind] = j.time
    else void loadKind(j.kind)
    return
  }
  judgements.set(j.site, j)
  if (what === 'follow') followed[j.kind] = j.time
}

/** Asks whenever the time, the edition or the set of kinds changes. Called once, from the root of the page. */
export function keepMoment(): void {
  watch(
    () => (held.value ? null : kinds.value.map((kind) => `${kind}|${asked(kind)}|${editionFor(kind, view.edition, standards.value) ?? ''}`)),
    (now, before) => {
      if (now === null) return
      const old = new Set(before ?? [])
      for (const key of now) if (!old.has(key)) void loadKind(key.split('|')[0] ?? '')
    },
    { immediate: true },
  )
}
