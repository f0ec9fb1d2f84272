// Many sites over many times, fetched once: what the map plays, and counts against a limit, without asking again.

import type { Mean, Limit } from './route_map'
import { beijing, durationMs, toInstant, toMs } from './time'
import { makeTrack, type Track } from './track'

export interface ScaleStep {
  code: string
  colour: string
  label_zh: string
  label_en: string
  from?: number | null
}

/** GET /api/v1/moments. */
export interface MomentsAnswer {
  property: string
  unit: string
  averaging: string
  sites: string[]
  times: string[]
  values: (number | null)[][]
  levels: (number | null)[][]
  scale: ScaleStep[]
  rule: string
  edition: string
}

/** The same as columns: value[t * sites + s], NaN where there is none; level -1 where there is none. */
export interface Moments {
  property: string
  unit: string
  averaging: string
  rule: string
  edition: string
  scale: ScaleStep[]
  sites: string[]
  siteAt: Map<string, number>
  times: Float64Array
  value: Float64Array
  level: Int8Array
}

export function toMoments(a: MomentsAnswer): Moments {
  const n = a.sites.length
  const value = new Float64Array(a.times.length * n).fill(Number.NaN)
  const level = new Int8Array(a.times.length * n).fill(-1)
  a.times.forEach((_, t) => {
    for (let s = 0; s < n; ++s) {
      value[t * n + s] = a.values[t]?.[s] ?? Number.NaN
      level[t * n + s] = a.levels[t]?.[s] ?? -1
    }
  })
  return {
    property: a.property, unit: a.unit, averaging: a.averaging, rule: a.rule, edition: a.edition, scale: a.scale, sites: a.sites,
    siteAt: new Map(a.sites.map((id, s) => [id, s])), times: Float64Array.from(a.times, toMs), value, level,
  }
}

/** Index of an instant among the times; -1 where nobody measured then. */
export function timeAt(m: Moments, ms: number): number {
  let low = 0
  let high = m.times.length - 1
  while (low <= high) {
    const mid = (low + high) >> 1
    const at = m.times[mid]!
    if (at === ms) return mid
    if (at < ms) low = mid + 1
    else high = mid - 1
  }
  return -1
}

export interface Reading {
  value: number
  /** null where the law gives none */
  step: ScaleStep | null
  level: number
}

/** What a site says at the time of index t; null where it says nothing. */
export function readingAt(m: Moments, t: number, site: string): Reading | null {
  const s = m.siteAt.get(site)
  if (s === undefined || t < 0) return null
  const value = m.value[t * m.sites.length + s]!
  const level = m.level[t * m.sites.length + s]!
  if (Number.isNaN(value) && level < 0) return null
  return { value, level, step: m.scale[level] ?? null }
}

/** Where the law's scale gives a value more is worse, and a class counts from 1: over is above the value, or at the step and beyond. */
export function isOver(value: number, level: number, limit: Limit): boolean {
  return 'level' in limit ? level >= limit.level : value > limit.value
}

export interface Counts {
  /** sites over the limit, and sites that say anything, at each time */
  over: Uint32Array
  all: Uint32Array
}

export function countOver(m: Moments, limit: Limit): Counts {
  const n = m.sites.length
  const over = new Uint32Array(m.times.length)
  const all = new Uint32Array(m.times.length)
  for (let t = 0; t < m.times.length; ++t) {
    for (let s = 0; s < n; ++s) {
      const value = m.value[t * n + s]!
      const level = m.level[t * n + s]!
      if (Number.isNaN(value) && level < 0) continue
      all[t]!++
      if (isOver(value, level, limit)) over[t]!++
    }
  }
  return { over, all }
}

export interface CountyCount {
  county: string
  over: number
  all: number
}

/** Counts of one time by county, the most over first. */
export function countByCounty(m: Moments, t: number, limit: Limit, countyOf: (site: string) => string): CountyCount[] {
  const by = new Map<string, CountyCount>()
  for (const site of t < 0 ? [] : m.sites) {
    const reading = readingAt(m, t, site)
    if (!reading) continue
    const county = countyOf(site)
    const row = by.get(county) ?? { county, over: 0, all: 0 }
    row.all++
    if (isOver(reading.value, reading.level, limit)) row.over++
    by.set(county, row)
  }
  return [...by.values()].sort((a, b) => b.over - a.over || b.all - a.all || a.county.localeCompare(b.county))
}

const hour_ms = 3_600_000
const day_ms = 24 * hour_ms
const beijing_ms = 8 * hour_ms

/** End of the legal day or month in Beijing in which a period that ends at `ms` lies: 24:00 is still of its day. */
export function endOf(ms: number, mean: 'day' | 'month'): number {
  if (mean === 'day') return Math.ceil((ms + beijing_ms) / day_ms) * day_ms - beijing_ms
  const w = beijing(ms - 1)
  return Date.UTC(w.year, w.month, 1) - beijing_ms
}

/** The ends of days or months in which a track has data; an hourly mean is the track itself. */
export function coarser(track: Track, mean: Mean | null): Track {
  if (mean === null || mean === 'hour') return track
  const ends = [...new Set(track.have.map((ms) => endOf(ms, mean)))]
  if (mean === 'day') return makeTrack({ kind: track.kind, from: '', to: '', step: 'P1D', hours: ends.map(toInstant) })
  // Months are not of one length: each is a position of its own, without gaps.
  return { kind: track.kind, step_ms: 31 * day_ms, have: ends, axis: ends }
}

export function averagingOf(mean: Mean | null, track: Track): string {
  if (mean === 'day') return 'P1D'
  if (mean === 'month') return 'P1M'
  if (mean === 'hour') return 'PT1H'
  const hours = track.step_ms / hour_ms
  return hours === 24 ? 'P1D' : `PT${hours}H`
}

const values_max = 300_000
const least_times = 24
const most_times = 744

export interface Window {
  from: string
  to: string
}

/**
 * The stretch of time fetched with an instant: as many steps as `sites` allow in 300 000 values, cut at fixed marks so that
 * neighbouring instants share it. It ends after its last instant; the end of one is the beginning of the next.
 */
export function windowOf(ms: number, averaging: string, sites: number): Window {
  const step = averaging === 'P1M' ? 31 * day_ms : durationMs(averaging)
  const steps = Math.min(most_times, Math.max(least_times, Math.floor(values_max / Math.max(1, sites))))
  const span = (step > 0 ? step : hour_ms) * steps
  const n = Math.ceil(ms / span)
  return { from: toInstant((n - 1) * span + 1000), to: toInstant(n * span) }
}
