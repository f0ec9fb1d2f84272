import { describe, expect, it } from 'vitest'
import { declutter, draggedBy, type Mark } from './declutter'

function random(seed: number): () => number {
  let s = seed
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}

function overlap(marks: Mark[]): number {
  const offsets = declutter(marks)
  let worst = 0
  marks.forEach((a, i) => {
    marks.forEach((b, j) => {
      if (j <= i) return
      const d = Math.hypot(a.x + offsets[i]!.dx - b.x - offsets[j]!.dx, a.y + offsets[i]!.dy - b.y - offsets[j]!.dy)
      worst = Math.max(worst, a.radius + b.radius - d)
    })
  })
  return worst
}

describe('declutter', () => {
  it('leaves marks alone that do not touch', () => {
    expect(declutter([{ x: 0, y: 0, radius: 10 }, { x: 30, y: 0, radius: 10 }])).toEqual([{ dx: 0, dy: 0 }, { dx: 0, dy: 0 }])
    expect(declutter([])).toEqual([])
  })

  it('parts marks at one and the same place', () => {
    expect(overlap(Array.from({ length: 5 }, () => ({ x: 7, y: 7, radius: 18 })))).toBeLessThan(1)
  })

  it('leaves no overlap worth seeing among random marks', () => {
    for (let seed = 1; seed <= 30; ++seed) {
      const r = random(seed)
      expect(overlap(Array.from({ length: 12 }, () => ({ x: r() * 150, y: r() * 150, radius: 17 })))).toBeLessThan(2)
    }
  })

  it('gives the same offsets wherever the map was dragged to', () => {
    const marks = [{ x: 0, y: 0, radius: 18 }, { x: 9, y: 4, radius: 18 }, { x: 3, y: 12, radius: 15 }]
    const moved = marks.map((m) => ({ ...m, x: m.x + 512, y: m.y - 256 }))
    declutter(marks).forEach((o, i) => {
      expect(declutter(moved)[i]!.dx).toBeCloseTo(o.dx, 9)
      expect(declutter(moved)[i]!.dy).toBeCloseTo(o.dy, 9)
    })
  })
})

describe('a map that moved', () => {
  const places = [{ x: 10, y: 20 }, { x: 900, y: -700 }] as const
  const at = (dx: number, dy: number, scale = 1): [{ x: number; y: number }, { x: number; y: number }] => [
    { x: places[0].x * scale + dx, y: places[0].y * scale + dy },
    { x: places[1].x * scale + dx, y: places[1].y * scale + dy },
  ]

  it('was dragged by whole pixels where its places lie to each other as before', () => {
    expect(draggedBy(at(0, 0), at(0, 0))).toEqual({ x: 0, y: 0 })
    expect(draggedBy(at(0, 0), at(31.7, -4.2))).toEqual({ x: 32, y: -4 })
  })

  it('did more than that where they do not, or lie nowhere', () => {
    expect(draggedBy(at(0, 0), at(5, 5, 1.001))).toBeNull()
    expect(draggedBy(at(0, 0), [{ x: NaN, y: 0 }, { x: 1, y: 1 }])).toBeNull()
  })
})
