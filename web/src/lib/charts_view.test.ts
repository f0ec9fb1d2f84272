import { describe, expect, it } from 'vitest'
import type { Method } from './charts_types'
import { keptParameters, lacking, queryOf, readChart, writeChart, type ChartView } from './charts_view'
import { readHash, startView, writeHash } from './route'

const method: Method = {
  id: 'polar', name_zh: '极坐标图', name_en: 'Polar plot', text_zh: '', text_en: '', references: [], series_min: 1, series_max: 1, wind: true, looks_back: false,
  parameters: [
    { id: 'statistic', label_zh: '', label_en: '', unit: null, kind: 'choice', default: 'mean', choices: ['mean', 'cpf'] },
    { id: 'basis', label_zh: '', label_en: '', unit: null, kind: 'whole', default: '100', low: 10, high: 200 },
  ],
}
const whole: ChartView = {
  method: 'polar', series: ['air.2344A:PM2.5', 'city.360200:O3-MDA8:P1D::derived'], ws: 'met.1:wind-speed', wd: 'met.1:wind-direction', from: '2020-03-01', to: '2020-03-31',
  parameters: { statistic: 'cpf', breaks: '0,2.5,4' }, bands: false, notes: [{ day: '2020-03-05', text: '检修：风机' }],
}

describe('a figure in the address', () => {
  it('comes back as it was, through the hash of the page', () => {
    const hash = writeHash({ ...startView, page: 'charts', own: writeChart(whole) })
    expect(readChart(readHash(hash).own)).toEqual(whole)
  })

  it('leaves out what has its default', () => {
    expect(writeChart({ ...readChart({}), method: 'course' })).toEqual({ m: 'course' })
    expect(readChart({}).bands).toBe(true)
  })

  it('passes over what is no series, no day and no note', () => {
    const own = { s: 'air.1:PM10,<b>,air.1:PM10,PM10', f: '2020-02-31x', u: '2020-03-01', n: '2020-03-05~a;yesterday~b;2020-03-06~', p: 'basis:50;=;x y:1', ws: 'nothing' }
    expect(readChart(own)).toMatchObject({ series: ['air.1:PM10'], from: '', to: '2020-03-01', ws: '', notes: [{ day: '2020-03-05', text: 'a' }], parameters: { basis: '50' } })
  })

  it('keeps separators out of notes', () => {
    const text = writeChart({ ...whole, notes: [{ day: '2020-03-05', text: 'a;b~c' }] }).n
    expect(readChart({ n: text ?? '' }).notes).toEqual([{ day: '2020-03-05', text: 'a b c' }])
  })
})

describe('what is asked', () => {
  it('says what is lacking, one thing at a time', () => {
    expect(lacking(method, { ...whole, series: [] })).toBe('series')
    expect(lacking(method, whole)).toBe('fewer')
    const one = { ...whole, series: ['air.2344A:PM2.5'] }
    expect(lacking(method, { ...one, wd: '' })).toBe('wind')
    expect(lacking(method, { ...one, to: '2020-02-01' })).toBe('days')
    expect(lacking(method, one)).toBeNull()
    expect(lacking({ ...method, series_min: 2, series_max: 2 }, one)).toBe('more')
  })

  it('carries only parameters the method knows and that differ from its own', () => {
    expect(keptParameters(method, { statistic: 'cpf', basis: '100', period: 'day' })).toEqual({ statistic: 'cpf' })
    expect(keptParameters(method, { statistic: 'sum' })).toEqual({})
    const query = queryOf(method, { ...whole, series: ['air.2344A:PM2.5'] })
    expect(query).toEqual({ series: 'air.2344A:PM2.5', ws: 'met.1:wind-speed', wd: 'met.1:wind-direction', from: '2020-03-01', to: '2020-03-31', statistic: 'cpf' })
    expect(queryOf({ ...method, series_max: 0, wind: false }, whole)).not.toHaveProperty('series')
  })
})
