// Stations of a city crowd its centre: at a zoom that shows the whole city their marks would lie on each other. Each mark
// is pushed aside until all can be read, and a leader line ties it to its true place.

export interface Mark {
  /** true place on the screen, px */
  x: number
  y: number
  /** px that belong to the mark alone */
  radius: number
}

export interface Offset {
  dx: number
  dy: number
}

/**
 * Offsets that keep marks apart.
 *
 * Shapes   one offset for each mark, in order; no marks give none.
 * Units    px on the screen.
 * Ours     the same marks give the same offsets (no random); offsets do not depend on where the screen was dragged to,
 *          so marks stand still relative to the map while it is panned.
 */
export function declutter(marks: readonly Mark[], rounds = 80): Offset[] {
  const offsets = marks.map(() => ({ dx: 0, dy: 0 }))
  for (let round = 0; round < rounds; ++round) {
    let moved = false
    for (let i = 0; i < marks.length; ++i) {
      for (let j = i + 1; j < marks.length; ++j) {
        const a = marks[i]!
        const b = marks[j]!
        const oa = offsets[i]!
        const ob = offsets[j]!
        let x = b.x + ob.dx - (a.x + oa.dx)
        let y = b.y + ob.dy - (a.y + oa.dy)
        const want = a.radius + b.radius
        if (Math.abs(x) >= want || Math.abs(y) >= want) continue
        let distance = Math.hypot(x, y)
        if (distance >= want - 0.01) continue
        if (distance < 0.01) {
          // Two at one place: part them in a direction that depends on their order alone.
          x = Math.cos(i * 2.4 + j)
          y = Math.sin(i * 2.4 + j)
          distance = 1
        }
        const push = (want - Math.hypot(b.x + ob.dx - a.x - oa.dx, b.y + ob.dy - a.y - oa.dy)) / 2
        oa.dx -= (x / distance) * push
        oa.dy -= (y / distance) * push
        ob.dx += (x / distance) * push
        ob.dy += (y / distance) * push
        moved = true
      }
    }
    if (!moved) break
  }
  return offsets
}

export interface Point {
  x: number
  y: number
}

/**
 * How far the map was dragged, in whole px, since two of its places stood `before`; null where it did more than that: zoomed,
 * turned or tilted.
 */
export function draggedBy(before: readonly [Point, Point], now: readonly [Point, Point]): Point | null {
  const [a, b] = before
  const [c, d] = now
  if (!(Math.hypot(d.x - c.x - (b.x - a.x), d.y - c.y - (b.y - a.y)) <= 0.05)) return null
  return { x: Math.round(c.x - a.x), y: Math.round(c.y - a.y) }
}
