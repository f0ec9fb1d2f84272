import { describe, expect, it } from 'vitest'
import { examples } from './judge_examples'
import { bodyOf, faultOf, placeOf, readValue, type JudgeForm } from './judge_form'

const form = (more: Partial<JudgeForm>): JudgeForm => ({ rule: 'ambient-air', edition: '', date: '2024-06-01', given: { zone: '2', averaging: '' }, rows: [], ...more })

describe('a value', () => {
  it('is a number, or missing', () => {
    expect(readValue(' 35.5 ')).toEqual({ value: 35.5 })
    expect(readValue('1e-3')).toEqual({ value: 0.001 })
    expect(readValue('−2')).toEqual({ value: -2 })
    for (const text of ['', '-', 'NA', '—', '缺测']) expect(readValue(text), text).toEqual({ value: null })
  })

  it('is a series when separated by commas, lines or blanks, gaps kept', () => {
    expect(readValue('35, 40,, 20')).toEqual({ series: [35, 40, null, 20] })
    expect(readValue('35\n40\n\n20\n')).toEqual({ series: [35, 40, null, 20] })
    expect(readValue('35，40、20')).toEqual({ series: [35, 40, 20] })
    expect(readValue('35 40 20')).toEqual({ series: [35, 40, 20] })
    expect(readValue('35,')).toEqual({ series: [35] })
  })

  it('below the detection limit is written as laboratories do', () => {
    expect(readValue('<0.01')).toEqual({ value: 0.01, below_detection: true })
    expect(readValue('0.01L')).toEqual({ value: 0.01, below_detection: true })
  })

  it('that is no number is left for the server to refuse', () => {
    expect(readValue('abc')).toEqual({ value: 'abc' })
    expect(readValue('< much')).toEqual({ value: '< much' })
    expect(readValue('1, x')).toEqual({ series: [1, 'x'] })
  })
})

describe('the form', () => {
  it('becomes the line the server reads', () => {
    const rows = [{ name: 'PM2.5', value: '35', unit: '' }, { name: 'CO', value: '900', unit: 'ug/m3' }, { name: 'Hg', value: '<0.1', unit: '' }, { name: '', value: '', unit: '' }]
    expect(bodyOf(form({ rows }))).toEqual({ date: '2024-06-01', zone: '2', inputs: { 'PM2.5': 35, CO: { value: 900, unit: 'ug/m3' }, Hg: { value: 0.1, below_detection: true } } })
  })

  it('has a fault where a value has no name or a name stands twice', () => {
    const row = (name: string, value: string): { name: string; value: string; unit: string } => ({ name, value, unit: '' })
    expect(faultOf([row('', ''), row('a', '1'), row('b', '2')])).toBeNull()
    expect(faultOf([row('a', '1'), row(' ', '2')])).toEqual({ row: 1, kind: 'no-name' })
    expect(faultOf([row('a', '1'), row('a ', '2')])).toEqual({ row: 1, kind: 'twice' })
  })

  it('finds the place of a problem', () => {
    const f = form({ rows: [{ name: 'SO2', value: '1', unit: '' }, { name: 'PM2.5', value: 'abc', unit: '' }] })
    expect(placeOf('inputs.PM2.5', f)).toBe('row-1')
    expect(placeOf('inputs.NO2', f)).toBe('inputs')
    expect(placeOf('zone', f)).toBe('given-zone')
    expect(placeOf('date', f)).toBe('date')
    expect(placeOf('something else', f)).toBeNull()
    expect(placeOf(null, f)).toBeNull()
  })
})

describe('examples', () => {
  it('are whole forms of different rules', () => {
    expect(new Set(examples.map((e) => e.rule)).size).toBe(examples.length)
    for (const e of examples) {
      expect(faultOf(e.rows), e.rule).toBeNull()
      expect(e.rows.length, e.rule).toBeGreaterThan(0)
    }
  })
})
