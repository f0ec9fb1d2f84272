import { describe, expect, it } from 'vitest'
import type { Property } from './api_types'
import { bytes, capital, count, labelText, num, pick, propertyLabel, roundedText, symbol, unitText, withAlpha } from './format'

describe('format', () => {
  it('writes a missing number as a dash and never as zero', () => {
    expect(num(null, 1)).toBe('—')
    expect(num(Number.NaN, 1)).toBe('—')
    expect(num(0, 1)).toBe('0.0')
    expect(count(undefined)).toBe('—')
  })

  it('keeps trailing zeros', () => expect(num(0.5, 2)).toBe('0.50'))

  it('groups long counts', () => expect(count(188183)).toBe('188\u202f183'))

  it('writes chemical symbols with lowered digits and leaves codes alone', () => {
    expect(symbol('PM2.5')).toBe('PM₂.₅')
    expect(symbol('PM10')).toBe('PM₁₀')
    expect(symbol('NH3-N')).toBe('NH₃-N')
    expect(symbol('CODMn')).toBe('CODMn')
    expect(symbol('w01018')).toBe('w01018')
  })

  it('names a property without a symbol in the language asked for', () => {
    const p = { id: 'turbidity', name_zh: '浊度', name_en: 'Turbidity', unit: 'NTU', unit_label: 'NTU', decimals: 1, medium: 'water' }
    expect(propertyLabel('turbidity', p, 'zh')).toBe('浊度')
    expect(propertyLabel('turbidity', p, 'en')).toBe('Turbidity')
  })

  it('falls back to the other language instead of showing nothing', () => {
    expect(pick({ name_zh: '昌江', name_en: '' }, 'name', 'en')).toBe('昌江')
    expect(pick({}, 'name', 'en')).toBe('')
  })

  it('says sizes in binary units', () => {
    expect(bytes(1023)).toBe('1023 B')
    expect(bytes(1024)).toBe('1.0 KiB')
    expect(bytes(64 * 1024 * 1024)).toBe('64.0 MiB')
  })

  it('makes a colour transparent and leaves a foreign text alone', () => {
    expect(withAlpha('#ff7e00', 0.2)).toBe('rgba(255, 126, 0, 0.2)')
    expect(withAlpha('red', 0.2)).toBe('red')
  })

  it('shows no Chinese label in English', () => {
    expect(labelText('Ⅳ类', 'IV', 'zh')).toBe('Ⅳ类')
    expect(labelText('Ⅳ类', 'IV', 'en')).toBe('IV')
    expect(labelText('Ⅳ', 'IV', 'en')).toBe('Ⅳ')
    expect(labelText('', 'meets', 'zh')).toBe('meets')
  })

  it('writes a unit as the property does, or from its code', () => {
    const so2: Property = { id: 'SO2', name_zh: '二氧化硫', name_en: 'Sulfur dioxide', unit: 'ug/m3', unit_label: 'µg/m³', decimals: 0, medium: 'air' }
    expect(unitText('ug/m3', so2)).toBe('µg/m³')
    expect(unitText('mg/m3', so2)).toBe('mg/m³')
    expect(unitText('{count}/L')).toBe('count/L')
    expect(unitText('1')).toBe('')
    expect(unitText('[pH]')).toBe('')
  })

  it('keeps the places a rule rounded to, and fills up those of the property', () => {
    const co: Property = { id: 'CO', name_zh: '一氧化碳', name_en: 'Carbon monoxide', unit: 'mg/m3', unit_label: 'mg/m³', decimals: 1, medium: 'air' }
    expect(roundedText(1, 'mg/m3', co)).toBe('1.0')
    expect(roundedText(1.25, 'mg/m3', co)).toBe('1.25')
    expect(roundedText(900, 'ug/m3', co)).toBe('900')
    expect(roundedText(51.2, 'dB')).toBe('51.2')
    expect(roundedText(null, 'dB')).toBe('—')
  })

  it('begins a label with a capital, where there is one', () => {
    expect(capital('zone class')).toBe('Zone class')
    expect(capital('pH of the sample')).toBe('pH of the sample')
    expect(capital('时段')).toBe('时段')
    expect(capital('')).toBe('')
  })
})
