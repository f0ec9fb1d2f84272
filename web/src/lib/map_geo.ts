// Lengths and areas on the ellipsoid of WGS 84, what lies around a shape, and what lies in it. Degrees in, metres out.

import type { LonLat, Shape } from './map_shape'

const a = 6_378_137
const f = 1 / 298.257223563
const b = a * (1 - f)
const e2 = f * (2 - f)
const e = Math.sqrt(e2)
const rad = Math.PI / 180

/**
 * Length of the geodesic between two points, metres.
 * Source   Vincenty 1975 (Survey Review XXIII, 176), inverse; its iteration does not settle for points nearly opposite each
 *          other on the globe (never within a country): there the great circle on the mean sphere stands in (0.6 % off at most).
 */
export function distance_m(from: LonLat, to: LonLat): number {
  if (from[0] === to[0] && from[1] === to[1]) return 0
  const L = (to[0] - from[0]) * rad
  const U1 = Math.atan((1 - f) * Math.tan(from[1] * rad))
  const U2 = Math.atan((1 - f) * Math.tan(to[1] * rad))
  const [s1, c1, s2, c2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)]
  let lambda = L
  for (let round = 0; round < 100; ++round) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)]
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl)
    if (sinSigma === 0) return 0
    const cosSigma = s1 * s2 + c1 * c2 * cl
    const sigma = Math.atan2(sinSigma, cosSigma)
    const sinAlpha = (c1 * c2 * sl) / sinSigma
    const cos2Alpha = 1 - sinAlpha ** 2
    const cos2M = cos2Alpha === 0 ? 0 : cosSigma - (2 * s1 * s2) / cos2Alpha
    const C = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha))
    const before = lambda
    lambda = L + (1 - C) * f * sinAlpha * (sigma + C * sinSigma * (cos2M + C * cosSigma * (2 * cos2M ** 2 - 1)))
    if (Math.abs(lambda - before) > 1e-12) continue
    const u2 = (cos2Alpha * (a ** 2 - b ** 2)) / b ** 2
    const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    const turn = B * sinSigma * (cos2M + (B / 4) * (cosSigma * (2 * cos2M ** 2 - 1) - (B / 6) * cos2M * (4 * sinSigma ** 2 - 3) * (4 * cos2M ** 2 - 3)))
    return b * A * (sigma - turn)
  }
  const h = Math.sin(((to[1] - from[1]) * rad) / 2) ** 2 + Math.cos(from[1] * rad) * Math.cos(to[1] * rad) * Math.sin(L / 2) ** 2
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(Math.min(1, h)))
}

export function length_m(line: readonly LonLat[], closed = false): number {
  let sum = 0
  for (let i = 1; i < line.length; ++i) sum += distance_m(line[i - 1]!, line[i]!)
  return closed && line.length > 2 ? sum + distance_m(line[line.length - 1]!, line[0]!) : sum
}

/** The share of the ellipsoid's area between the equator and a latitude: sine of the authalic latitude (Snyder 1987, 3-11 to 3-13). */
function authalicSine(lat_deg: number): number {
  const q = (s: number): number => (1 - e2) * (s / (1 - e2 * s * s) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e))
  return q(Math.sin(lat_deg * rad)) / q(1)
}
const authalicRadius = Math.sqrt((a * a * (1 - e2) * ((1 / (1 - e2)) - Math.log((1 - e) / (1 + e)) / (2 * e))) / 2)

/**
 * Area of a ring that does not cross itself, square metres.
 * The corners are set on the sphere of the same area, whose great circles stand for the geodesics between them: for sides
 * of less than 100 km within 1e-5 of the true area. A ring around a pole is not meant.
 */
export function area_m2(ring: readonly LonLat[]): number {
  if (ring.length < 3) return 0
  let excess = 0
  for (let i = 0; i < ring.length; ++i) {
    const from = ring[i]!
    const to = ring[(i + 1) % ring.length]!
    let dLon = (to[0] - from[0]) * rad
    if (dLon > Math.PI) dLon -= 2 * Math.PI
    if (dLon < -Math.PI) dLon += 2 * Math.PI
    const t1 = Math.tan(Math.asin(authalicSine(from[1])) / 2)
    const t2 = Math.tan(Math.asin(authalicSine(to[1])) / 2)
    excess += 2 * Math.atan2(Math.tan(dLon / 2) * (t1 + t2), 1 + t1 * t2)
  }
  return Math.abs(excess) * authalicRadius ** 2
}

/** Metres to the east and to the north of `at`, for what lies near it: radii of curvature at its latitude. */
function plane(at: LonLat): { to: (p: LonLat) => [number, number]; from: (xy: readonly [number, number]) => LonLat } {
  const s = Math.sin(at[1] * rad)
  const w = Math.sqrt(1 - e2 * s * s)
  const kx = (a / w) * Math.cos(at[1] * rad) * rad
  const ky = ((a * (1 - e2)) / w ** 3) * rad
  return { to: (p) => [(p[0] - at[0]) * kx, (p[1] - at[1]) * ky], from: ([x, y]) => [at[0] + x / kx, at[1] + y / ky] }
}

export function contains(ring: readonly LonLat[], [x, y]: LonLat): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!
    const [xj, yj] = ring[j]!
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** Metres from a point to a shape, 0 inside an area. In the plane around the point: good to 0.1 % within 100 km. */
export function away_m(shape: Shape, p: LonLat): number {
  if (shape.kind === 'area' && contains(shape.at, p)) return 0
  if (shape.kind === 'point') return distance_m(shape.at[0]!, p)
  const { to } = plane(p)
  let least = Infinity
  const corners = shape.at.map(to)
  const sides = shape.kind === 'area' ? corners.length : corners.length - 1
  for (let i = 0; i < sides; ++i) {
    const [x1, y1] = corners[i]!
    const [x2, y2] = corners[(i + 1) % corners.length]!
    const [dx, dy] = [x2 - x1, y2 - y1]
    const along = dx === 0 && dy === 0 ? 0 : Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / (dx * dx + dy * dy)))
    least = Math.min(least, Math.hypot(x1 + along * dx, y1 + along * dy))
  }
  return least
}

/** Whether a point counts as in a shape: inside an area, or no farther from the shape than its buffer. */
export function isIn(shape: Shape, p: LonLat): boolean {
  return (shape.kind === 'area' && contains(shape.at, p)) || (shape.buffer_m > 0 && away_m(shape, p) <= shape.buffer_m)
}

/** West, south, east, north of a shape with its buffer. */
export function boxOf(shape: Shape): [number, number, number, number] {
  const lons = shape.at.map((p) => p[0])
  const lats = shape.at.map((p) => p[1])
  const north = Math.max(...lats)
  const south = Math.min(...lats)
  // A little more than the buffer on the flattest and the narrowest side; what is in the shape is asked exactly afterwards.
  const dLat = shape.buffer_m / 110_000
  const dLon = shape.buffer_m / (110_000 * Math.cos(Math.min(84, Math.max(Math.abs(north), Math.abs(south)) + dLat) * rad))
  return [Math.min(...lons) - dLon, south - dLat, Math.max(...lons) + dLon, north + dLat]
}

const circle_corners = 72
const cells = 96

/**
 * The outlines of what lies within the buffer of a shape, closed rings in degrees; none without a buffer. A circle around a
 * point; else the line of equal distance through a grid of 96 cells on the longer side, each crossing set by interpolation
 * (a hundredth of the buffer off at most). Holes come as rings of their own: an even-odd rule fills them rightly.
 */
export function bufferRings(shape: Shape): LonLat[][] {
  if (shape.buffer_m <= 0) return []
  const box = boxOf(shape)
  const { to, from } = plane([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
  if (shape.kind === 'point') {
    const round = plane(shape.at[0]!)
    return [Array.from({ length: circle_corners + 1 }, (_, i) => round.from([shape.buffer_m * Math.cos((2 * Math.PI * i) / circle_corners), shape.buffer_m * Math.sin((2 * Math.PI * i) / circle_corners)]))]
  }
  const [x0, y0] = to([box[0], box[1]])
  const [x1, y1] = to([box[2], box[3]])
  const step = Math.max(x1 - x0, y1 - y0) / cells
  const nx = Math.ceil((x1 - x0) / step) + 2
  const ny = Math.ceil((y1 - y0) / step) + 2
  const at = (i: number, j: number): [number, number] => [x0 + (i - 0.5) * step, y0 + (j - 0.5) * step]
  const value = new Float64Array((nx + 1) * (ny + 1))
  for (let j = 0; j <= ny; ++j) for (let i = 0; i <= nx; ++i) value[j * (nx + 1) + i] = away_m(shape, from(at(i, j))) - shape.buffer_m
  return contour(value, nx, ny).map((ring) => ring.map(([i, j]) => from(at(i, j))))
}

type Crossing = [number, number]

/** Closed lines along which `value` (nx + 1 by ny + 1, rows from the south) is zero, in units of cells; the rim must be positive. */
function contour(value: Float64Array, nx: number, ny: number): Crossing[][] {
  const v = (i: number, j: number): number => value[j * (nx + 1) + i]!
  const key = (c: Crossing): string => `${c[0].toFixed(6)},${c[1].toFixed(6)}`
  const share = (from: number, to: number): number => from / (from - to)
  const next = new Map<string, Crossing>()
  const begin = new Map<string, Crossing>()
  for (let j = 0; j < ny; ++j) {
    for (let i = 0; i < nx; ++i) {
      const [sw, se, ne, nw] = [v(i, j), v(i + 1, j), v(i + 1, j + 1), v(i, j + 1)]
      const south = (): Crossing => [i + share(sw, se), j]
      const east = (): Crossing => [i + 1, j + share(se, ne)]
      const north = (): Crossing => [i + share(nw, ne), j + 1]
      const west = (): Crossing => [i, j + share(sw, nw)]
      const join = (one: Crossing, two: Crossing): void => {
        next.set(key(one), two)
        begin.set(key(one), one)
      }
      // The inside (negative) lies to the left of each piece.
      switch ((sw < 0 ? 1 : 0) + (se < 0 ? 2 : 0) + (ne < 0 ? 4 : 0) + (nw < 0 ? 8 : 0)) {
        case 1: join(south(), west()); break
        case 2: join(east(), south()); break
        case 3: join(east(), west()); break
        case 4: join(north(), east()); break
        case 5: join(south(), west()); join(north(), east()); break
        case 6: join(north(), south()); break
        case 7: join(north(), west()); break
        case 8: join(west(), north()); break
        case 9: join(south(), north()); break
        case 10: join(west(), north()); join(east(), south()); break
        case 11: join(east(), north()); break
        case 12: join(west(), east()); break
        case 13: join(south(), east()); break
        case 14: join(west(), south()); break
        default:
      }
    }
  }
  const rings: Crossing[][] = []
  for (const [first, start] of begin) {
    if (!next.has(first)) continue
    const ring: Crossing[] = [start]
    for (let at: string = first; next.has(at); ) {
      const to = next.get(at)!
      next.delete(at)
      ring.push(to)
      at = key(to)
    }
    if (ring.length > 3) rings.push(ring)
  }
  return rings
}

/** "850 m", "12.34 km". */
export function lengthText(m: number): string {
  return m < 1000 ? `${m.toFixed(m < 100 ? 1 : 0)} m` : `${(m / 1000).toFixed(m < 100_000 ? 2 : 1)} km`
}

/** "5230 m²", "12.34 km²". */
export function areaText(m2: number): string {
  return m2 < 1e5 ? `${m2.toFixed(0)} m²` : `${(m2 / 1e6).toFixed(m2 < 1e9 ? 2 : 0)} km²`
}
