import { describe, expect, it } from 'vitest'
import type { Judgement } from './api_types'
import { fileStem, methodText, tableCsv } from './charts_export'
import { comparisonOption, courseOption, groupWord, rowMs, trendOption, verdictBands, type FigureNeeds } from './charts_option'
import { directionDegrees, directionWord, percentileOption, polarOption, ringSpeeds, roseOption } from './charts_polar'
import type { Analysis, FigureTable } from './charts_types'
import { translator } from './i18n'

const t = translator('zh')
const series = { id: 7, site: 'air.1', property: 'PM10', averaging: 'PT1H', statistic: 'mean', stage: 'raw', unit: 'ug/m3', first: null, last: null, count: 3 }
const evidence = { role: 'value' as const, name: 'air.1:PM10', series, used: 2, absent: 1, missing: 0, voided: 0, reviewed: 0, off_grid: 0, first: null, last: null, newest_result_time: '2020-04-01T00:00:00Z', marks_in_all: 0, marks: [] }

function needs(id: string, tables: FigureTable[], more: Partial<Analysis> = {}): FigureNeeds {
  const analysis: Analysis = {
    program: 'celadon 0.1.0', method: { id, name_zh: '图', name_en: 'Figure', text_zh: '做法', text_en: 'done so', references: ['A 1999'] }, parameters: { period: 'none', statistic: 'mean' },
    period: { from: '2020-03-01', to: '2020-03-02', zone: '+08:00', step_s: 3600, rows: 48 }, as_known_at: null, series: [evidence], figure: { tables, numbers: { speed_largest: 9, speed_least: 0 }, left_out: [] }, ...more,
  }
  return { analysis, judgements: [], notes: [{ day: '2020-03-01', text: '检修' }], properties: new Map(), siteName: (s) => s, lang: 'zh', t }
}
const column = (id: string, values: (number | string | null)[], unit: string | null = null): FigureTable['columns'][number] => ({ id, unit, values })
type Drawn = { series: { name?: string; data: unknown[]; stack?: string; markArea?: { data: unknown[] }; markLine?: { data: { name: string; xAxis: number }[] } }[] }

describe('pictures along time', () => {
  it('put an hour at its end, in Beijing time, with what it stands for', () => {
    const table = { id: 'course', columns: [column('begin', ['2020-03-01', '2020-03-01T01:00']), column('air.1:PM10', [30, null], 'ug/m3')] }
    const option = courseOption(needs('course', [table])) as unknown as Drawn
    expect(option.series[0]!.data).toEqual([
      { value: [Date.parse('2020-02-29T17:00:00Z'), 30], end: '2020-02-29T17:00:00Z', series: 7 },
      { value: [Date.parse('2020-02-29T18:00:00Z'), null], end: '2020-02-29T18:00:00Z', series: 7 },
    ])
    expect(option.series[0]!.markLine!.data).toEqual([{ name: '检修', xAxis: rowMs('2020-03-01') }])
  })

  it('join verdicts of one colour to a band and leave gaps open', () => {
    const at = (time: string, colour: string | null): Judgement => ({ time, verdict: { colour, name_zh: '优', name_en: 'Good' } }) as Judgement
    const bands = verdictBands([at('2020-03-01T01:00:00Z', '#00e400'), at('2020-03-01T02:00:00Z', '#00e400'), at('2020-03-01T04:00:00Z', '#00e400'), at('2020-03-01T05:00:00Z', null)], 3_600_000, 'zh') as { xAxis: number }[][]
    expect(bands.map((b) => [b[0]!.xAxis, b[1]!.xAxis].map((ms) => new Date(ms).toISOString().slice(11, 13)))).toEqual([['00', '02'], ['03', '04']])
  })

  it('draw this stretch, the year before and the stretch before for each series', () => {
    const table = { id: 'course', columns: [column('begin', ['2020-03-01']), column('air.1:PM10', [1]), column('air.1:PM10 year', [2]), column('air.1:PM10 stretch', [3])] }
    const option = comparisonOption(needs('comparison', [table])) as unknown as Drawn
    expect(option.series.map((s) => s.data)).toEqual([[1], [2], [3]])
  })

  it('draw a trend with its two bounds', () => {
    const table = { id: 'trend', columns: [column('begin', ['2020-01-01']), column('value', [1]), column('line', [2]), column('line_low', [3]), column('line_high', [4])] }
    expect((trendOption(needs('theil-sen', [table])) as unknown as Drawn).series).toHaveLength(4)
  })

  it('name groups in words', () => {
    expect(groupWord('weekday', 7, t)).toBe('日')
    expect(groupWord('season', 1, t)).toBe('冬')
    expect(groupWord('month', 3, t)).toBe('3 月')
    expect(groupWord('hour', 23, t)).toBe('23')
  })
})

describe('pictures around a compass', () => {
  it('stack classes and begin with north', () => {
    const table = { id: 'rose', columns: [column('direction', [90, 90, 180, 180, 270, 270, 360, 360]), column('low', [0, 2, 0, 2, 0, 2, 0, 2], 'm/s'), column('high', [2, 4, 2, 4, 2, 4, 2, 4]), column('value', [1, 2, 3, 4, 5, 6, 7, 8], '%')] }
    const option = roseOption(needs('wind-rose', [table])) as unknown as Drawn & { angleAxis: { data: string[]; startAngle: number } }
    expect(option.angleAxis.data).toEqual(['N', 'E', 'S', 'W'])
    expect(option.angleAxis.startAngle).toBe(135)
    expect(option.series.map((s) => s.data)).toEqual([[7, 1, 3, 5], [8, 2, 4, 6]])
    expect(option.series[0]!.name).toBe('0–2 m/s')
  })

  it('lay lower percentiles over higher ones', () => {
    const table = { id: 'rose', columns: [column('direction', [180, 360]), column('p50', [1, 2], 'ug/m3'), column('p95', [3, 4], 'ug/m3'), column('mean', [1, 1], 'ug/m3')] }
    expect((percentileOption(needs('percentile-rose', [table])) as unknown as Drawn).series.map((s) => s.name)).toEqual(['P95', 'P50', '均值'])
  })

  it('draw the surface where it has values, and the bins where there is none', () => {
    const axis = { id: 'axis', columns: [column('at', [-1, 1])] }
    const surface = { id: 'surface', columns: [column('value', [5, null, 7, 8])] }
    const bins = { id: 'bins', columns: [column('u', [0, 1]), column('v', [1, 0]), column('value', [3, 4])] }
    expect((polarOption(needs('polar', [bins, axis, surface])) as unknown as Drawn).series[0]!.data).toEqual([[-1, -1, 5], [-1, 1, 7], [1, 1, 8]])
    expect((polarOption(needs('polar', [bins])) as unknown as Drawn).series[0]!.data).toEqual([[0, 1, 3], [1, 0, 4]])
  })

  it('ring round speeds, at most five', () => {
    expect(ringSpeeds(9.6)).toEqual([2, 4, 6, 8])
    expect(ringSpeeds(20)).toEqual([5, 10, 15, 20])
    expect(ringSpeeds(0)).toEqual([])
    for (const s of [0.3, 1, 3, 7, 19, 60]) expect(ringSpeeds(s).length).toBeLessThanOrEqual(5)
  })

  it('name directions', () => {
    expect([360, 22.5, 90, 10].map(directionWord)).toEqual(['N', 'NNE', 'E', '10°'])
    expect(directionDegrees(1, 0)).toBe(90)
    expect(directionDegrees(-1, 0)).toBe(270)
    expect(directionDegrees(0, 1)).toBe(0)
  })
})

describe('a figure as files', () => {
  it('writes tables with units and blanks for what is missing', () => {
    expect(tableCsv({ id: 'x', columns: [column('begin', ['2020-03-01', '2020-03-02']), column('PM10', [1.5, null], 'ug/m3')] })).toBe('\ufeffbegin,PM10 [ug/m3]\r\n2020-03-01,1.5\r\n2020-03-02,\r\n')
  })

  it('says method, parameters, series, sources and program', () => {
    const text = methodText(needs('course', []).analysis, 'http://x/#/charts?m=course', 'zh', t)
    for (const word of ['做法', 'statistic=mean', 'air.1:PM10', '序列 7', 'A 1999', 'celadon 0.1.0', 'http://x/#/charts?m=course']) expect(text).toContain(word)
    expect(fileStem(needs('course', []).analysis)).toBe('celadon-course-2020-03-01-2020-03-02')
  })
})
