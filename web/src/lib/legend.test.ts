import { describe, expect, it } from 'vitest'
import type { JudgementInput, Standards } from './api_types'
import { inputTone } from './legend'

const standards: Standards = {
  items: [],
  rules: [],
  air_levels: [
    { level: 1, name_zh: '优', name_en: 'Excellent', colour: '#00e400', text_colour: '#000000', from: 0, to: 50 },
    { level: 2, name_zh: '良', name_en: 'Good', colour: '#ffff00', text_colour: '#000000', from: 51, to: 100 },
    { level: 6, name_zh: '严重污染', name_en: 'Severe', colour: '#7e0023', text_colour: '#ffffff', from: 301, to: null },
  ],
  water_classes: [{ class: 'II', label: 'Ⅱ', name_zh: '优', colour: '#0000ff' }],
}
const input: JudgementInput = { property: 'PM10', value: 1, unit: 'ug/m3', rounded: 1, index: 50, class: null, used: true, voided: false, device_flag: 'N', quality: [], phenomenon_end: null, source: null }

describe('legend', () => {
  it('finds the row on both sides of an edge and above the last', () => {
    expect(inputTone(input, standards, 'zh')).toEqual({ colour: '#00e400', text: '#000000', label: '50', word: '优' })
    expect(inputTone({ ...input, index: 51 }, standards, 'en')?.word).toBe('Good')
    expect(inputTone({ ...input, index: 500 }, standards, 'zh')?.colour).toBe('#7e0023')
  })

  it('puts the colour that came with the input first', () => expect(inputTone({ ...input, colour: '#123456' }, standards, 'zh')?.colour).toBe('#123456'))

  it('labels a class as the standard prints it', () => expect(inputTone({ ...input, index: null, class: 'II' }, standards, 'zh')).toMatchObject({ label: 'Ⅱ', word: '优' }))

  it('has no tone for what was left out', () => {
    expect(inputTone({ ...input, used: false }, standards, 'zh')).toBeNull()
    expect(inputTone({ ...input, index: null }, standards, 'zh')).toBeNull()
  })
})
