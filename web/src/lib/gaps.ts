// Where data of a device is missing, as bars on a line of time.

import type { Gap, Presence, Receipt } from './device_types'
import { isOpen } from './commands'
import { toInstant, toMs } from './time'

export interface Bar {
  gap: Gap
  /** of the whole line, 0..100 */
  left: number
  width: number
}

/** A gap reaches from the beginning of its first period to the end of its last. */
export function bars(presence: Presence, from: string, to: string): Bar[] {
  const begin = toMs(from)
  const whole = toMs(to) - begin
  if (!(whole > 0)) return []
  return presence.items.flatMap((gap) => {
    const left = Math.max(0, ((toMs(gap.from) - presence.period_s * 1000 - begin) / whole) * 100)
    const right = Math.min(100, ((toMs(gap.to) - begin) / whole) * 100)
    return right > left ? [{ gap, left, width: right - left }] : []
  })
}

/** What is expected reaches back from the end of the line: before it the device had sent no such data yet. In percent of the line. */
export function expectedBar(p: Presence, from: string, to: string): { left: number; width: number } {
  const whole = toMs(to) - toMs(from)
  const width = whole > 0 ? Math.min(100, ((p.expected * p.period_s * 1000) / whole) * 100) : 0
  return { left: 100 - width, width }
}

/** Share present in percent with one place, rounded down below 100 so that a missing period is never hidden; null for nothing expected. */
export function presentPercent(p: Presence): number | null {
  if (p.expected <= 0) return null
  return p.present >= p.expected ? 100 : Math.floor((p.present / p.expected) * 1000) / 10
}

export function missingPeriods(p: Presence): number {
  return p.items.reduce((n, g) => n + g.periods, 0)
}

/** The whole stretch over which something is missing; null for nothing. */
export function wholeGap(p: Presence): { from: string; to: string } | null {
  if (p.items.length === 0) return null
  return {
    from: toInstant(Math.min(...p.items.map((g) => toMs(g.from)))),
    to: toInstant(Math.max(...p.items.map((g) => toMs(g.to)))),
  }
}

export interface FillProgress {
  asked: number
  ended: number
  failed: number
  observations: number
}

/** How far the requests of a back-fill are. */
export function progressOf(receipts: readonly Receipt[]): FillProgress {
  const ended = receipts.filter((r) => !isOpen(r))
  return {
    asked: receipts.length,
    ended: ended.length,
    failed: ended.filter((r) => r.state !== 'done').length,
    observations: receipts.reduce((n, r) => n + r.observations, 0),
  }
}
