// One track of time: the instants at which a kind of site has data, and how the slider moves over them. The scale is even
// in time, so that a gap in the data is seen as a gap; only a long gap is cut short, for data of 2020 and of today may
// stand on one track.

import type { Period } from './api_types'
import { durationMs, toInstant, toMs } from './time'

export interface Track {
  kind: string
  step_ms: number
  /** instants with data, rising, each once */
  have: number[]
  /** the instant of each position of the slider, rising */
  axis: number[]
}

/** A gap of more steps than this is cut to `cut_steps` positions. */
const gap_steps_max = 72
const cut_steps = 8

function makeAxis(have: number[], step_ms: number): number[] {
  const axis: number[] = []
  have.forEach((ms, i) => {
    const before = have[i - 1]
    if (before !== undefined) {
      const steps = Math.round((ms - before) / step_ms)
      const between = steps - 1 > gap_steps_max ? cut_steps : steps - 1
      for (let k = 1; k <= between; ++k) axis.push(before + Math.round((k * steps) / (between + 1)) * step_ms)
    }
    axis.push(ms)
  })
  return axis
}

export function makeTrack(period: Period): Track {
  const have = [...new Set(period.hours.map(toMs))].filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b)
  const step = durationMs(period.step)
  const step_ms = step > 0 ? step : 3_600_000
  return { kind: period.kind, step_ms, have, axis: makeAxis(have, step_ms) }
}

/** The last position of the slider; the first is 0. */
export function positions(track: Track): number {
  return Math.max(0, track.axis.length - 1)
}

/** First index of a rising list that is not before `ms`. */
function lowerBound(list: number[], ms: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const mid = (low + high) >> 1
    if ((list[mid] ?? 0) < ms) low = mid + 1
    else high = mid
  }
  return low
}

/** The position nearest to an instant, inside the track. */
export function positionOf(track: Track, instant: string): number {
  const ms = toMs(instant)
  const at = Math.min(lowerBound(track.axis, ms), positions(track))
  const after = track.axis[at] ?? 0
  const before = track.axis[at - 1]
  return before !== undefined && ms - before < after - ms ? at - 1 : at
}

/** Null for a track without data. */
export function instantAt(track: Track, position: number): string | null {
  const ms = track.axis[Math.min(positions(track), Math.max(0, position))]
  return ms === undefined ? null : toInstant(ms)
}

/** The nearest instant with data after (+1) or before (-1) this one; null at the end of the track. */
export function neighbour(track: Track, instant: string, direction: 1 | -1): string | null {
  const ms = toMs(instant)
  const at = lowerBound(track.have, ms)
  const found = direction === 1 ? track.have[track.have[at] === ms ? at + 1 : at] : track.have[at - 1]
  return found === undefined ? null : toInstant(found)
}

/** The track with one more instant, as it arrives live. */
export function withInstant(track: Track, instant: string): Track {
  const ms = toMs(instant)
  if (Number.isNaN(ms)) return track
  const at = lowerBound(track.have, ms)
  if (track.have[at] === ms) return track
  const have = [...track.have.slice(0, at), ms, ...track.have.slice(at)]
  return { ...track, have, axis: makeAxis(have, track.step_ms) }
}

export interface Span {
  /** share of the slider's length, 0..1 */
  from: number
  to: number
}

/** Stretches that have data, for the strip above the slider. Neighbours one step apart are one stretch. */
export function stretches(track: Track): Span[] {
  const all = Math.max(1, positions(track))
  const out: { from: number; to: number; last: number }[] = []
  track.have.forEach((ms) => {
    const at = lowerBound(track.axis, ms)
    const open = out[out.length - 1]
    if (open && ms - open.last <= track.step_ms) Object.assign(open, { to: at, last: ms })
    else out.push({ from: at, to: at, last: ms })
  })
  return out.map((s) => ({ from: s.from / all, to: s.to / all }))
}

/** Middles of the gaps that were cut short, as shares of the slider's length. */
export function cuts(track: Track): number[] {
  const all = Math.max(1, positions(track))
  const out: number[] = []
  track.have.forEach((ms, i) => {
    const before = track.have[i - 1]
    if (before === undefined || Math.round((ms - before) / track.step_ms) - 1 <= gap_steps_max) return
    out.push((lowerBound(track.axis, before) + lowerBound(track.axis, ms)) / 2 / all)
  })
  return out
}
