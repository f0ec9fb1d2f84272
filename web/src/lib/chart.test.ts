import { describe, expect, it } from 'vitest'
import type { ObservationColumns, Property } from './api_types'
import { axisTime, chartOption, type ChartNeeds } from './chart'
import { translator } from './i18n'

const pm25: Property = { id: 'PM2.5', name_zh: '细颗粒物', name_en: 'Fine particles', unit: 'ug/m3', unit_label: 'µg/m³', decimals: 0, medium: 'air' }
const co: Property = { ...pm25, id: 'CO', unit: 'mg/m3', unit_label: 'mg/m³', decimals: 1 }

function column(property: Property, hours: number[], value: (number | null)[], voids: boolean[] = []): ObservationColumns {
  return {
    series: { id: 1, site: 's', property: property.id, averaging: 'PT1H', statistic: 'mean', stage: 'raw', unit: property.unit, first: null, last: null, count: hours.length },
    phenomenon_end: hours.map((h) => `2020-04-03T${String(h).padStart(2, '0')}:00:00Z`),
    value,
    device_flag: hours.map(() => 'N'),
    quality: hours.map((_, i) => (voids[i] ? [{ rule: 'r', voids: true, reason_zh: '大于 PM10', reason_en: 'above <PM10>' }] : [])),
    result_time: hours.map(() => '2020-04-03T12:00:00Z'),
    source: hours.map(() => 'import'),
  }
}

function needs(columns: ObservationColumns[]): ChartNeeds {
  return { columns, judgements: [], properties: new Map([[pm25.id, pm25], [co.id, co]]), marked: null, lang: 'en', t: translator('en') }
}

interface Drawn { type: string; name: string; yAxisIndex: number; data: { value: [number, number | null]; tip: string }[] }
const drawn = (n: ChartNeeds): Drawn[] => chartOption(n)['series'] as Drawn[]

describe('chart', () => {
  it('draws a voided value beside the line, grey, with its reason', () => {
    const [line, voided] = drawn(needs([column(pm25, [0, 1, 2], [10, 99, 12], [false, true, false])]))
    expect(line!.data.map((p) => p.value[1])).toEqual([10, null, 12])
    expect(voided!.type).toBe('scatter')
    expect(voided!.data).toHaveLength(1)
    expect(voided!.data[0]!.value[1]).toBe(99)
    expect(voided!.data[0]!.tip).toContain('above &#60;PM10&#62;')
  })

  it('draws no line over a gap in the data', () => {
    const [line] = drawn(needs([column(pm25, [0, 1, 2, 9, 10], [1, 2, 3, 4, 5])]))
    expect(line!.data.map((p) => p.value[1])).toEqual([1, 2, 3, null, 4, 5])
  })

  it('gives each unit its axis, and one axis to curves of one unit', () => {
    const two = drawn(needs([column(pm25, [0], [1]), column(co, [0], [1])]))
    expect(two.map((s) => s.yAxisIndex)).toEqual([0, 1])
    const one = drawn(needs([column(pm25, [0], [1]), column({ ...pm25, id: 'PM2.5' }, [0], [1])]))
    expect(one.map((s) => s.yAxisIndex)).toEqual([0, 0])
  })

  it('writes Beijing time on the axis', () => {
    const at = (text: string, days: number): string => axisTime(Date.parse(text), days)
    expect(at('2020-04-03T08:00:00Z', 3)).toBe('16:00\n04-03')
    expect(at('2020-04-03T16:00:00Z', 3)).toBe('04-04')
    expect(at('2020-04-03T16:00:00Z', 30)).toBe('04-04')
    expect(at('2020-04-03T16:00:00Z', 400)).toBe('2020-04')
    expect(axisTime(Number.NaN, 3)).toBe('')
  })

  it('draws nothing for nothing, on an axis all the same', () => {
    expect(drawn(needs([]))).toEqual([])
    expect(chartOption(needs([]))['yAxis']).toHaveLength(1)
  })
})
