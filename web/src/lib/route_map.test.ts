import { describe, expect, it } from 'vitest'
import { buffer_max_m, onGrid, shapeKinds, type Shape } from './map_shape'
import { readHash, startView, writeHash } from './route'
import { bases, cut_max, cut_min, mapKeys, mapTools, means, paces, readChoices, reliefs, splits, startChoices, writeChoices, type MapChoices } from './route_map'

/** Pseudo-random numbers from a seed, so that a failure can be played again. */
function numbers(seed: number): () => number {
  let s = seed >>> 0
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return s / 2 ** 32
  }
}

function someChoices(random: () => number): MapChoices {
  const upTo = (n: number): number => Math.floor(random() * n)
  const one = <T>(all: readonly T[]): T => all[upTo(all.length)]!
  const maybe = <T>(make: () => T): T | null => (random() < 0.5 ? make() : null)
  const ids = ['outfall', 'dem', 'tailings-pond', 'registers:kiln', 'boundaries', 'x.1_y']
  const some = (): string[] => ids.filter(() => random() < 0.4).sort(() => random() - 0.5)
  const shapes = Array.from({ length: upTo(4) }, (): Shape => {
    const kind = one(shapeKinds)
    const count = kind === 'point' ? 1 : 3 + upTo(20)
    return { kind, buffer_m: random() < 0.5 ? 0 : upTo(buffer_max_m), at: Array.from({ length: count }, () => onGrid([random() * 360 - 180, random() * 170 - 85])) }
  })
  return {
    tool: maybe(() => one(mapTools)),
    on: some(),
    order: some(),
    fade: Object.fromEntries(some().map((id) => [id, upTo(100)])),
    show: maybe(() => one(['PM2.5', 'NH3-N', 'O3-8h', 'AQI'])),
    mean: maybe(() => one(means)),
    limit: maybe(() => (random() < 0.5 ? { level: upTo(7) } : { value: (upTo(1e6) - 1e5) / 1000 })),
    only: random() < 0.5,
    split: maybe(() => one(splits)),
    cut: cut_min + upTo(cut_max - cut_min + 1),
    other: maybe(() => (random() < 0.5 ? { time: new Date(upTo(2e9) * 1000).toISOString().replace('.000', '') } : { edition: 'HJ 633-2026/过渡 & 试行' })),
    shapes,
    within: shapes.length > 0 ? maybe(() => upTo(shapes.length)) : null,
    relief: one(reliefs),
    base: one(bases),
    pace: one(paces),
    loop: random() < 0.5,
    known: random() < 0.5,
  }
}

describe('the map in the address', () => {
  it('gives back every choice that was written, whatever it is', () => {
    for (let seed = 1; seed <= 500; ++seed) {
      const choices = someChoices(numbers(seed))
      expect(readChoices(writeChoices(choices)), `seed ${seed}`).toEqual(choices)
    }
  })

  it('gives it back through the whole address, with the camera turned and tilted', () => {
    for (let seed = 1; seed <= 200; ++seed) {
      const random = numbers(seed + 1000)
      const view = {
        ...startView,
        site: 'air.2344A',
        times: { 'air-station': '2020-04-03T08:00:00Z' },
        camera: { zoom: 9.25, lat: 29.3, lon: 117.2, ...(seed % 2 ? { bearing: Math.round(random() * 359) - 179, pitch: 1 + Math.round(random() * 59) } : {}) },
        own: writeChoices(someChoices(random)),
      }
      expect(readHash(writeHash(view)), `seed ${seed}`).toEqual(view)
    }
  })

  it('leaves the address of a map nobody touched as short as it was', () => expect(writeChoices(startChoices)).toEqual({}))

  it('drops junk, whatever it is', () => {
    const junk = ['', '<script>', '-1', '1e99', 'NaN', 'level', 'level999', 'by:', '2020-99-99T00:00:00Z', 'a.0.!!', 'a.0.A', 'p.9999999.AA', 'x'.repeat(1999), '*'.repeat(50), 'toString', '__proto__', ',,,', 'a b:5']
    for (const word of junk) {
      const own = Object.fromEntries(mapKeys.map((key) => [key, word]))
      const read = readChoices(own)
      expect(readChoices(writeChoices(read)), word).toEqual(read)
      expect({ ...read, on: [], order: [], show: null, limit: null }, word).toEqual(startChoices)
    }
  })

  it('drops a shape in which is counted when there is no such shape', () => expect(readChoices({ within: '2', draw: 'p.0.AA' }).within).toBeNull())

  it('keeps a drawn shape short', () => {
    const at = Array.from({ length: 30 }, (_, i) => onGrid([117.2 + Math.cos(i / 5) / 20, 29.3 + Math.sin(i / 5) / 20]))
    expect(writeChoices({ ...startChoices, shapes: [{ kind: 'area', at, buffer_m: 500 }] })['draw']!.length).toBeLessThan(260)
  })
})
