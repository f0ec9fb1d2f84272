import { describe, expect, it } from 'vitest'
import type { Presence, Receipt } from './device_types'
import { bars, expectedBar, missingPeriods, presentPercent, progressOf, wholeGap } from './gaps'

const hours: Presence = {
  items: [{ from: '2026-03-01T03:00:00Z', to: '2026-03-01T04:00:00Z', periods: 2 }, { from: '2026-03-01T10:00:00Z', to: '2026-03-01T10:00:00Z', periods: 1 }],
  expected: 10, present: 7, period_s: 3600,
}

describe('gaps', () => {
  it('reach from the begin of their first period to the end of their last', () => {
    const line = bars(hours, '2026-03-01T00:00:00Z', '2026-03-01T10:00:00Z')
    expect(line.map((b) => [b.left, b.width])).toEqual([[20, 20], [90, 10]])
  })

  it('are cut where the line ends, and left out beyond', () => {
    expect(bars(hours, '2026-03-01T03:00:00Z', '2026-03-01T09:00:00Z').map((b) => b.left)).toEqual([0])
    expect(bars(hours, '2026-03-01T03:00:00Z', '2026-03-01T03:00:00Z')).toEqual([])
  })

  it('are told apart from the time before the first data', () => {
    expect(expectedBar(hours, '2026-03-01T00:00:00Z', '2026-03-01T20:00:00Z')).toEqual({ left: 50, width: 50 })
    expect(expectedBar(hours, '2026-03-01T05:00:00Z', '2026-03-01T10:00:00Z')).toEqual({ left: 0, width: 100 })
    expect(expectedBar({ ...hours, expected: 0 }, '2026-03-01T05:00:00Z', '2026-03-01T05:00:00Z').width).toBe(0)
  })

  it('never show 100 percent while a period is missing', () => {
    expect(presentPercent(hours)).toBe(70)
    expect(presentPercent({ ...hours, expected: 100_000, present: 99_999 })).toBe(99.9)
    expect(presentPercent({ ...hours, expected: 10, present: 10 })).toBe(100)
    expect(presentPercent({ ...hours, expected: 0, present: 0 })).toBeNull()
  })

  it('are asked for as a whole from the first to the last', () => {
    expect(missingPeriods(hours)).toBe(3)
    expect(wholeGap(hours)).toEqual({ from: '2026-03-01T03:00:00Z', to: '2026-03-01T10:00:00Z' })
    expect(wholeGap({ ...hours, items: [] })).toBeNull()
  })
})

describe('back-fill', () => {
  it('is as far as its requests have ended', () => {
    const receipts = (['done', 'timed-out', 'sent'] as const).map((state, i) => ({ state, observations: i * 10 }) as Receipt)
    expect(progressOf(receipts)).toEqual({ asked: 3, ended: 2, failed: 1, observations: 30 })
  })
})
