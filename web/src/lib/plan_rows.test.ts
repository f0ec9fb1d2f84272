import { describe, expect, it } from 'vitest'
import { soundsLike } from './pinyin'
import { rowHas, rowsByGroup } from './plan_rows'
import type { PlanRow } from './register_types'

const row = (id: string, zh: string, en: string, clauses: string[], pinyin: string, group = 'Water'): PlanRow => ({
  id, kind: 'ledger', name: { zh, en }, clause: clauses.join('; '), clauses, group: { zh: group, en: group }, duty: { zh: '', en: '' }, pinyin, initials: '', page: null, systems: [],
})
const outfalls = row('S066', '入河(湖)排污口名录', 'Outfalls: found, sampled, traced', ['5.2'], 'ru he hu pai wu kou ming lu')
const ships = row('S072', '船舶污染物接收、转运、处置', 'Ship waste from receipt to treatment', ['5.2'], 'chuan bo wu ran wu jie shou zhuan yun chu zhi')
const straw = row('S056', '秸秆禁烧管控', 'Straw burning and fireworks bans', ['4.2'], 'jie gan jin shao guan kong', 'Air')

describe('the systems of the plan', () => {
  it('are found by Chinese name, pinyin, initials, clause, number and English', () => {
    for (const words of ['排污口', 'paiwukou', 'pwk', '5.2', 's066', 'outfalls', '5.2 pwk', 'sampled 排污']) expect(rowHas(outfalls, words), words).toBe(true)
    for (const words of ['船舶', 'chuanbo', 'cbwrw', '4.2', 'S072', 'straw', '4.2 pwk']) expect(rowHas(outfalls, words), words).toBe(false)
  })
  it('are not found by a clause that theirs only begins with', () => {
    expect(rowHas(row('S001', '平台', 'Platform', ['12.2'], 'ping tai'), '2.2')).toBe(false)
    expect(rowHas(row('S001', '平台', 'Platform', ['12.2'], 'ping tai'), '12.2')).toBe(true)
  })
  it('stand by group in the order of the plan, those without a row left out', () => {
    expect(rowsByGroup([outfalls, straw, ships], '').map((g) => [g.group.en, g.rows.map((r) => r.id)])).toEqual([['Water', ['S066', 'S072']], ['Air', ['S056']]])
    expect(rowsByGroup([outfalls, straw, ships], 'ship').map((g) => g.rows.map((r) => r.id))).toEqual([['S072']])
    expect(rowsByGroup([outfalls], 'zzz')).toEqual([])
  })
})

describe('letters for Chinese', () => {
  it('begin at a syllable and may end within one', () => {
    expect(soundsLike('pai wu kou', 'paiw')).toBe(true)
    expect(soundsLike('pai wu kou', 'wu')).toBe(true)
    expect(soundsLike('pai wu kou', 'aiwu')).toBe(false)
    expect(soundsLike('pai wu kou', 'kou')).toBe(true)
  })
  it('are initials of syllables one after the other, two at least', () => {
    expect(soundsLike('pai wu kou', 'wk')).toBe(true)
    expect(soundsLike('pai wu kou', 'pk')).toBe(false)
    expect(soundsLike('pai wu kou', 'p')).toBe(false)
    expect(soundsLike('', 'pw')).toBe(false)
  })
})
