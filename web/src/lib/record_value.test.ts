import { describe, expect, it } from 'vitest'
import { translator } from './i18n'
import { codeName, daysLeft, dueWords, geometryText, isUnverified, numberText, referenceName, valueText, wordsIn, type Speech } from './record_value'
import { aField, aRegister } from './register_sample'

const zh: Speech = { lang: 'zh', t: translator('zh') }
const en: Speech = { lang: 'en', t: translator('en') }
const kind = aField('kind', 'code', { of: 'fume-kind' })
const register = aRegister([kind])

describe('values of records', () => {
  it('are said in the language, or in the other where one is empty', () => {
    expect(wordsIn({ zh: '窑炉', en: '' }, 'en')).toBe('窑炉')
    expect(wordsIn({ zh: '窑炉', en: 'Kiln' }, 'en')).toBe('Kiln')
    expect(wordsIn(null, 'zh')).toBe('')
  })

  it('show codes by name, and an unknown code as itself', () => {
    expect(codeName(register, kind, 'kiln', 'zh')).toBe('窑炉')
    expect(valueText(register, { ...kind, many: true }, ['kiln', 'kitchen'], {}, zh)).toBe('窑炉、餐饮')
    expect(valueText(register, kind, 'forge', {}, en)).toBe('forge')
  })

  it('write numbers with the places of the field and grouped thousands', () => {
    expect(numberText(1234567.5, aField('a', 'number', { decimals: 2 }))).toBe('1\u202f234\u202f567.50')
    expect(numberText(0.25, aField('a', 'number'))).toBe('0.25')
    expect(numberText(-12000, aField('a', 'whole', { decimals: -1 }))).toBe('-12\u202f000')
  })

  it('keep zero and false apart from what is missing', () => {
    expect(valueText(register, aField('a', 'number'), 0, {}, zh)).toBe('0')
    expect(valueText(register, aField('a', 'yes-no'), false, {}, zh)).toBe('否')
    expect(valueText(register, aField('a', 'yes-no'), null, {}, zh)).toBe('—')
    expect(valueText(register, aField('a', 'files'), [], {}, zh)).toBe('—')
  })

  it('name what a reference refers to, of one and of several, or show the id', () => {
    const one = aField('operator', 'reference', { of: 'enterprise' })
    expect(referenceName({ operator: '示例陶瓷厂' }, one, 'E1')).toBe('示例陶瓷厂')
    expect(referenceName({ operator: '甲; 乙' }, { ...one, many: true }, 'E2', ['E1', 'E2'])).toBe('乙')
    expect(referenceName({ operator: '甲' }, { ...one, many: true }, 'E2', ['E1', 'E2'])).toBe('E2')
    expect(referenceName({}, one, 'E1')).toBe('E1')
  })

  it('tell moments in Beijing and places in degrees with their hemisphere', () => {
    expect(valueText(register, aField('a', 'time'), '2026-06-01T00:30:00Z', {}, zh)).toBe('2026-06-01 08:30')
    expect(geometryText({ type: 'Point', coordinates: [117.2, 29.3] }, zh.t)).toBe('29.30000°N, 117.20000°E')
    expect(geometryText({ type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }, en.t)).toBe('area of 3 corners')
  })

  it('count the days to a deadline, whose own day still counts', () => {
    const due = { deadline: 'a', zh: '', en: '', ends: '2026-06-22', overdue: false, warned: false, escalated_to: null }
    expect(daysLeft('2026-06-22', '2026-06-20')).toBe(2)
    expect(dueWords(due, '2026-06-22', zh.t)).toBe('今天到期')
    expect(dueWords(due, '2026-06-25', zh.t)).toBe('已超 3 天')
  })

  it('mark a source that was not checked, but neither a checked one nor our own design', () => {
    expect(isUnverified({ trust: 'memory', source: 'HJ 1' })).toBe(true)
    expect(isUnverified({ trust: 'verified', source: 'HJ 1' })).toBe(false)
    expect(isUnverified({ trust: 'design', source: 'plan 4.2' })).toBe(false)
  })
})
