import { describe, expect, it } from 'vitest'
import { band, mapBoxes, namePlaces, metresPerPixel, niceLength_m, papers, sheetOf, wrapped } from './map_picture'

describe('a picture of the map', () => {
  it('has a scale of round numbers that fits its room', () => {
    expect([1, 1.9, 2, 4.99, 5, 9.9, 1234, 73_000].map(niceLength_m)).toEqual([1, 1, 2, 2, 5, 5, 1000, 50_000])
    for (let m = 1; m < 1e6; m *= 1.37) expect(niceLength_m(m)).toBeLessThanOrEqual(m)
  })

  it('knows how long a pixel is', () => {
    expect(metresPerPixel(0, 0)).toBeCloseTo(78271.517, 2)
    expect(metresPerPixel(10, 60)).toBeCloseTo(78271.517 / 1024 / 2, 2)
  })

  it('lays its maps on the paper beside the legend, never over an edge', () => {
    for (const paper of papers) {
      const sheet = sheetOf(paper, { width: 1366, height: 700 })
      for (const n of [1, 2]) {
        const boxes = mapBoxes(sheet, n)
        expect(boxes.length).toBe(n)
        for (const b of boxes) {
          expect(b.x).toBeGreaterThanOrEqual(band.margin)
          expect(b.x + b.width).toBeLessThanOrEqual(sheet.width - band.margin - band.legend + 1)
          expect(b.y + b.height).toBeLessThanOrEqual(sheet.height - band.margin - band.foot)
          expect(b.width).toBeGreaterThan(150)
        }
      }
    }
    const { width, height } = sheetOf('landscape', { width: 1, height: 1 })
    expect(width / height).toBeCloseTo(297 / 210, 2)
  })

  it('names marks where no name lies on a mark or another name', () => {
    const marks = [{ x: 0, y: 0 }, { x: 40, y: 0 }, { x: 0, y: 38 }, { x: 300, y: 300 }]
    const widths = [60, 60, 60, 60]
    const places = namePlaces(marks, widths)
    expect(places[3]).toEqual({ x: 300, y: 326 })
    places.forEach((p, n) => {
      if (!p) return
      marks.forEach((m) => expect(Math.abs(m.x - p.x) >= 45 || Math.abs(m.y - p.y) >= 21, `${n}`).toBe(true))
      places.forEach((q, k) => expect(!q || k === n || Math.abs(q.x - p.x) >= 60 || Math.abs(q.y - p.y) >= 15).toBe(true))
    })
    expect(namePlaces([], [])).toEqual([])
  })

  it('breaks words where they break, and Chinese anywhere', () => {
    const width = (s: string): number => s.length
    expect(wrapped('one two three', 8, width)).toEqual(['one two', 'three'])
    expect(wrapped('界线仅供示意', 4, width)).toEqual(['界线仅供', '示意'])
    expect(wrapped('', 4, width)).toEqual([])
  })
})
