import { describe, expect, it } from 'vitest'
import type { Edition, RuleFace, Standards } from './api_types'
import { translator } from './i18n'
import { catalogue, conditionText, force, givenText, tableRules } from './law'

const rule = (id: string, medium: string, title: string, editions: string[]): RuleFace => ({ rule: id, medium, title_zh: title, title_en: id, inputs_zh: '', inputs_en: '', editions, fields: [] })
const edition = (name: string, title: string, rules: string[]): Edition => ({ edition: name, title_zh: title, valid_from: '2016-01-01', valid_before: '2026-03-01', rules, trust: 'verified', rows: 46, unverified_rows: 0 })

const standards: Standards = {
  items: [edition('GB 3096-2008', '声环境质量标准', ['noise-zone']), edition('GB 3095-2012', '环境空气质量标准', ['air-assessment', 'ambient-air'])],
  rules: [
    rule('air-assessment', 'air', '环境空气质量评价', ['GB 3095-2012']),
    rule('ambient-air', 'air', '环境空气质量标准', ['GB 3095-2012']),
    rule('composite-index', 'air', '综合指数', []),
    rule('kiln-glow', 'kilns', '窑火', []),
    rule('noise-zone', 'noise', '声环境质量标准', ['GB 3096-2008']),
  ],
  air_levels: [],
  water_classes: [],
}

describe('the catalogue', () => {
  it('lists each edition once under its medium, and rules without editions too', () => {
    const groups = catalogue(standards, '')
    expect(groups.map((g) => g.medium)).toEqual(['air', 'noise', 'kilns'])
    expect(groups[0]?.editions.map((e) => e.edition)).toEqual(['GB 3095-2012'])
    expect(groups[0]?.plain.map((r) => r.rule)).toEqual(['composite-index'])
  })

  it('is searched by name, title and the rules that use an edition', () => {
    expect(catalogue(standards, '声环境').map((g) => g.medium)).toEqual(['noise'])
    expect(catalogue(standards, 'air-assessment').flatMap((g) => g.editions).map((e) => e.edition)).toEqual(['GB 3095-2012'])
    expect(catalogue(standards, 'nothing of the kind')).toEqual([])
  })

  it('knows the rule whose table an edition is', () => expect(tableRules(standards.items[1]!, standards)).toEqual(['ambient-air', 'air-assessment']))

  it('tells on both sides of each edge whether an edition is in force', () => {
    const e = standards.items[0]!
    expect(force(e, '2015-12-31')).toBe('future')
    expect(force(e, '2016-01-01')).toBe('now')
    expect(force(e, '2026-02-28')).toBe('now')
    expect(force(e, '2026-03-01')).toBe('past')
    expect(force({ ...e, valid_before: null }, '2199-01-01')).toBe('now')
  })
})

describe('a row', () => {
  it('writes conditions as printed', () => {
    expect(conditionText('<= 35')).toBe('≤ 35')
    expect(conditionText('5.5 <= x < 6.5 or 8.5 < x <= 9')).toBe('5.5 ≤ x < 6.5 or 8.5 < x ≤ 9')
    expect(conditionText('6.5 .. 8.5')).toBe('6.5–8.5')
    expect(conditionText('> 10')).toBe('> 10')
  })

  it('writes circumstances in words, unknown ones as they are', () => {
    const zh = translator('zh')
    expect(givenText('period', 'night', 'zh', zh)).toBe('夜间')
    expect(givenText('land_use', 'other|orchard', 'zh', zh)).toBe('其他、果园')
    expect(givenText('ph', '<= 5.5', 'zh', zh)).toBe('≤ 5.5')
    expect(givenText('zone', '4a', 'zh', zh)).toBe('4a')
    expect(givenText('zone', '', 'zh', zh)).toBe('不限')
  })
})
