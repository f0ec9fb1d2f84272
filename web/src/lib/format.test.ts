import { describe, expect, it } from 'vitest'
import { bytes, count, num, pick, propertyLabel, symbol, withAlpha } from './format'

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
})
