import { describe, expect, it } from 'vitest'
import { area_m2, areaText, away_m, boxOf, bufferRings, contains, distance_m, isIn, length_m, lengthText } from './map_geo'
import type { LonLat, Shape } from './map_shape'

// Expected numbers: GeographicLib 2.1 (Karney 2013), Inverse and PolygonArea on WGS 84.
const jingdezhen: LonLat = [117.2094, 29.2955]
const daicun: LonLat = [117.3681, 28.9247]
const zhenbu: LonLat = [117.02333, 28.90973]

describe('geodesic measures', () => {
  it('give the length of a geodesic to the millimetre', () => {
    const cases: [LonLat, LonLat, number][] = [
      [jingdezhen, daicun, 43905.64291628894],
      [[0, 0], [1, 0], 111319.49079327357],
      [[0, 0], [0, 1], 110574.38855779878],
      [[117.16667, 29.2875], [117.1983, 29.2786], 3227.9879318709804],
      [[116.4074, 39.9042], jingdezhen, 1179151.181763342],
      [[151.2093, -33.8688], [-0.1278, 51.5074], 16989295.77054045],
    ]
    for (const [from, to, metres] of cases) {
      expect(Math.abs(distance_m(from, to) - metres)).toBeLessThan(1e-3)
      expect(Math.abs(distance_m(to, from) - metres)).toBeLessThan(1e-3)
    }
    expect(distance_m(daicun, daicun)).toBe(0)
    expect(length_m([jingdezhen, daicun, zhenbu], true)).toBeCloseTo(124003.136, 2)
  })

  it('do not fall silent for points opposite each other', () => {
    const half = distance_m([0, 0], [179.9, 0.1])
    expect(half).toBeGreaterThan(19.9e6)
    expect(half).toBeLessThan(20.1e6)
  })

  it('give the area of a polygon within a hundred-thousandth', () => {
    const cases: [LonLat[], number][] = [
      [[[117.0, 29.2], [117.4, 29.2], [117.4, 29.5], [117.0, 29.5]], 1291643588.6141968],
      [[jingdezhen, daicun, zhenbu], 703522553.4769974],
      [[[117.2, 29.29], [117.21, 29.29], [117.21, 29.3], [117.2, 29.3]], 1076938.3256821632],
      [[[0, 0], [1, 0], [1, 1], [0, 1]], 12308778361.469452],
    ]
    for (const [ring, m2] of cases) {
      expect(Math.abs(area_m2(ring) / m2 - 1)).toBeLessThan(1e-5)
      expect(area_m2([...ring].reverse())).toBeCloseTo(area_m2(ring), 0)
    }
    expect(area_m2([jingdezhen, daicun])).toBe(0)
  })
})

describe('what lies in a shape', () => {
  const area: Shape = { kind: 'area', at: [[117, 29], [117.4, 29], [117.4, 29.4], [117.2, 29.2], [117, 29.4]], buffer_m: 0 }

  it('is inside an area, and not in its notch', () => {
    expect(contains(area.at, [117.1, 29.1])).toBe(true)
    expect(contains(area.at, [117.2, 29.3])).toBe(false)
    expect(isIn(area, [117.2, 29.3])).toBe(false)
    expect(isIn({ ...area, buffer_m: 20_000 }, [117.2, 29.3])).toBe(true)
  })

  it('is no farther than the buffer from a point, a line, an area', () => {
    const point: Shape = { kind: 'point', at: [jingdezhen], buffer_m: 43_905 }
    expect(isIn(point, daicun)).toBe(false)
    expect(isIn({ ...point, buffer_m: 43_906 }, daicun)).toBe(true)
    const line: Shape = { kind: 'line', at: [[117, 29.3], [117.4, 29.3]], buffer_m: 5000 }
    expect(away_m(line, [117.2, 29.35])).toBeGreaterThan(5530)
    expect(away_m(line, [117.2, 29.35])).toBeLessThan(5550)
    expect(isIn(line, [117.2, 29.35])).toBe(false)
    expect(isIn({ ...line, buffer_m: 0 }, [117.2, 29.3])).toBe(false)
  })

  it('is inside the outline of the buffer just when it is near enough', () => {
    const shapes: Shape[] = [
      { kind: 'point', at: [jingdezhen], buffer_m: 10_000 },
      { kind: 'line', at: [[117, 29.1], [117.2, 29.3], [117.4, 29.25]], buffer_m: 3000 },
      { kind: 'area', at: area.at, buffer_m: 2000 },
    ]
    for (const shape of shapes) {
      const rings = bufferRings(shape)
      expect(rings.length).toBeGreaterThan(0)
      const [w, s, e, n] = boxOf(shape)
      for (let i = 0; i < 400; ++i) {
        const p: LonLat = [w + ((e - w) * ((i * 7919) % 397)) / 397, s + ((n - s) * ((i * 104729) % 401)) / 401]
        const away = away_m(shape, p)
        if (Math.abs(away - shape.buffer_m) < shape.buffer_m * 0.02) continue
        const inside = rings.filter((r) => contains(r, p)).length % 2 === 1
        expect(inside, `${shape.kind} ${p.join()} ${away}`).toBe(away < shape.buffer_m)
      }
    }
  })

  it('has an outline as large as circle and strip are', () => {
    const circle = area_m2(bufferRings({ kind: 'point', at: [jingdezhen], buffer_m: 10_000 })[0]!.slice(1))
    expect(circle / (Math.PI * 1e8)).toBeGreaterThan(0.997)
    expect(circle / (Math.PI * 1e8)).toBeLessThan(1.001)
    const line: Shape = { kind: 'line', at: [[117, 29.2], [117.3, 29.2]], buffer_m: 2000 }
    const strip = area_m2(bufferRings(line)[0]!.slice(1))
    const meant = length_m(line.at) * 4000 + Math.PI * 4e6
    expect(Math.abs(strip / meant - 1)).toBeLessThan(0.01)
    expect(bufferRings({ ...line, buffer_m: 0 })).toEqual([])
  })
})

describe('measures in words', () => {
  it('change to kilometres where metres grow long', () => {
    expect([lengthText(12.34), lengthText(850.4), lengthText(43905.6), lengthText(1179151)]).toEqual(['12.3 m', '850 m', '43.91 km', '1179.2 km'])
    expect([areaText(5230.4), areaText(1291643588), areaText(12_340_000)]).toEqual(['5230 m²', '1292 km²', '12.34 km²'])
  })
})
