import { describe, expect, it } from 'vitest'
import { translator } from './i18n'
import { inBox, overlayOption, valueWords, workOption } from './review_chart'
import type { SheetColumn, SheetRow } from './review_types'
import { toMs } from './time'

const row = (time: string, raw: number | null, more: Partial<SheetRow> = {}): SheetRow => ({ time, raw, value: raw, device_flag: 'N', flags: [], proposal: 'valid', probability: null, decision: null, ...more })
const column: SheetColumn = {
  series: 1, property: 'PM10', averaging: 'PT1H', unit: 'ug/m3', decimals: 0,
  rows: [
    row('2020-04-03T01:00:00Z', 50),
    row('2020-04-03T02:00:00Z', 980, { value: null, flags: [{ rule: 'spike', voids: true, reason_zh: '突跳', reason_en: '<spike>' }], proposal: 'void', probability: 0.9 }),
    row('2020-04-03T03:00:00Z', 60, { value: 55, decision: 4, device_flag: 'C' }),
    row('2020-04-03T04:00:00Z', null),
  ],
}
const needs = { column, context: [], properties: new Map(), lang: 'en' as const, t: translator('en') }

interface Drawn {
  series: { id: string; data: { value: [number, number | null]; place?: number; tip?: string }[]; markArea?: { data: unknown[] } }[]
  xAxis: unknown[]
}

describe('chart of the workbench', () => {
  it('draws raw and effective apart, and a void leaves a gap in the effective line', () => {
    const o = workOption(needs) as unknown as Drawn
    const data = (id: string): (number | null)[] => o.series.find((s) => s.id === id)?.data.map((p) => p.value[1]) ?? []
    expect(data('raw')).toEqual([50, 980, 60, null])
    expect(data('effective')).toEqual([50, null, 55, null])
    expect(o.series.find((s) => s.id === 'flagged')?.data.map((p) => p.place)).toEqual([1, 2])
    expect(o.series[0]?.markArea?.data).toHaveLength(1)
    expect(o.xAxis).toHaveLength(1)
  })

  it('does not draw a line over hours that did not come', () => {
    const late = { ...column, rows: [row('2020-04-03T01:00:00Z', 50), row('2020-04-03T05:00:00Z', 60)] }
    const o = workOption({ ...needs, column: late }) as unknown as Drawn
    expect(o.series[0]?.data.map((p) => [p.place, p.value[1]])).toEqual([[0, 50], [undefined, null], [1, 60]])
  })

  it('escapes what others wrote', () => {
    const o = workOption(needs) as unknown as Drawn
    expect(o.series[0]?.data[1]?.tip).toContain('&#60;spike&#62;')
  })

  it('gives context curves a window of their own below', () => {
    const o = workOption({ ...needs, context: [{ id: 'x', label: 'Wind', unit: 'm/s', times: [toMs('2020-04-03T01:00:00Z')], values: [2] }] }) as unknown as Drawn
    expect(o.xAxis).toHaveLength(2)
    expect(o.series.some((s) => s.id === 'context x')).toBe(true)
  })

  it('says of a value what it is, was and why', () => {
    const words = valueWords(column.rows[1]!, column, needs).join(' | ')
    for (const w of ['2020-04-03 10:00', '980', '<spike>', '90%']) expect(words).toContain(w)
  })

  it('finds the points in a box drawn in any direction, by raw or effective value', () => {
    const t = (h: number): number => toMs(`2020-04-03T0${h}:00:00Z`)
    expect(inBox(column.rows, { from: [t(1), 40], to: [t(3), 70] })).toEqual([0, 2])
    expect(inBox(column.rows, { from: [t(3), 57], to: [t(2), 52] })).toEqual([2])
    expect(inBox(column.rows, { from: [t(4), 0], to: [t(4), 1000] })).toEqual([])
  })

  it('draws over it what is chosen, where there is a value', () => {
    const o = overlayOption(column, { chosen: [1, 3], cursor: 0, anchor: null }) as unknown as Drawn
    expect(o.series.map((s) => s.data.map((p) => p.value[1]))).toEqual([[980], [50]])
  })
})
