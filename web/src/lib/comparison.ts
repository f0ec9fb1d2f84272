// A comparison of editions over a long period is asked piece by piece, so that it can show how far it is, be stopped, and
// is not bound by how much one answer may hold.

import type { ComparedTime, ComparisonAnswer } from './api_types'
import { beijing, toInstant, toMs } from './time'

const day_ms = 24 * 3_600_000

export interface Piece {
  from: string
  to: string
}

/** "2015-01-31" as the beginning of that day in Beijing; NaN for what is no day. */
export function dayStart(day: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? toMs(`${day}T00:00:00+08:00`) : Number.NaN
  return dayOf(at) === day ? at : Number.NaN
}

/** The Beijing day an instant lies in, "yyyy-mm-dd". */
export function dayOf(ms: number): string {
  if (Number.isNaN(ms)) return ''
  const w = beijing(ms)
  return `${w.year}-${String(w.month).padStart(2, '0')}-${String(w.day).padStart(2, '0')}`
}

/** The day a window that ends at the instant belongs to: midnight ends the day before. */
export function dayOfEnd(instant: string): string {
  return dayOf(toMs(instant) - 1)
}

/** A number of days earlier. */
export function dayBefore(day: string, days: number): string {
  return dayOf(dayStart(day) - days * day_ms)
}

/**
 * Legal days (1:00 to 24:00) from the first to the last, in pieces. A value carries the end of its window: what ends at
 * the midnight that begins the first day is not of it. Empty when the days are none or stand in the wrong order.
 */
export function pieces(first: string, last: string, days: number): Piece[] {
  const start = dayStart(first)
  const end = dayStart(last) + day_ms
  const all: Piece[] = []
  for (let at = start; at < end; at += days * day_ms) {
    all.push({ from: toInstant(at + 1000), to: toInstant(Math.min(at + days * day_ms, end)) })
  }
  return all
}

/** Answers of one question, in order of time, as one. */
export function joined(answers: readonly ComparisonAnswer[]): ComparisonAnswer | null {
  const [first] = answers
  if (!first) return null
  return {
    ...first,
    judged: answers.reduce((n, a) => n + a.judged, 0),
    differing: answers.reduce((n, a) => n + a.differing, 0),
    items: answers.flatMap((a) => a.items),
  }
}

/** True where not only the number but the level, class or attainment differs, or one edition gives no verdict. */
export function changesLevel(one: ComparedTime): boolean {
  const words = one.editions.map(({ verdict: v }) => JSON.stringify([v.status, v.level, v.class ?? null, v.attains ?? null]))
  return new Set(words).size > 1
}

/** How often each input was the reason, most often first. */
export function reasons(items: readonly ComparedTime[]): { item: string; n: number }[] {
  const counts = new Map<string, number>()
  for (const one of items) for (const item of one.because) counts.set(item, (counts.get(item) ?? 0) + 1)
  return [...counts].map(([item, n]) => ({ item, n })).sort((a, b) => b.n - a.n || a.item.localeCompare(b.item))
}
