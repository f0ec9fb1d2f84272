import { describe, expect, it } from 'vitest'
import { fit, ranked, remembered, type Entry } from './palette'

const entry = (id: string, label: string, more: Partial<Entry> = {}): Entry => ({ id, kind: 'page', label, note: '', words: [], href: '#/', ...more })

describe('the command palette', () => {
  it('puts the whole label before its begin, a begin before a middle, and other texts last', () => {
    const e = (label: string, words: string[] = []): number => fit(entry('x', label, { words }), 'duty')
    expect(e('duty')).toBeGreaterThan(e('duty desk'))
    expect(e('duty desk')).toBeGreaterThan(e('the duty'))
    expect(e('the duty')).toBeGreaterThan(e('heavyduty'))
    expect(e('heavyduty')).toBeGreaterThan(e('zhiban', ['duty']))
    expect(e('zhiban')).toBe(0)
  })
  it('wants every word, in any order', () => {
    expect(fit(entry('x', 'South river mouth'), 'mouth south')).toBeGreaterThan(0)
    expect(fit(entry('x', 'South river mouth'), 'mouth north')).toBe(0)
  })
  it('takes what the server found by pinyin as it is', () => {
    expect(fit(entry('x', '陶瓷有限公司', { found: true }), 'tcyx')).toBeGreaterThan(0)
    expect(fit(entry('x', '陶瓷有限公司'), 'tcyx')).toBe(0)
  })
  it('finds a Chinese name by its syllables and by their initials, after what has the letters themselves', () => {
    const e = entry('x', '排污口', { pinyin: 'pai wu kou' })
    for (const w of ['paiwu', 'wukou', 'pwk', 'wuk', 'pai kou']) expect(fit(e, w), w).toBeGreaterThan(0)
    for (const w of ['aiwu', 'w', 'kp']) expect(fit(e, w), w).toBe(0)
    expect(fit(entry('y', 'PWK plant'), 'pwk')).toBeGreaterThan(fit(e, 'pwk'))
  })
  it('shows lately chosen ones first where nothing is typed, and no sites or targets beside', () => {
    const all = [entry('page:map', 'Map'), entry('site:a', 'A', { kind: 'site' }), entry('site:b', 'B', { kind: 'site' }), entry('action:print', 'Print', { kind: 'action' })]
    expect(ranked(all, '', ['site:b'], 9).map((e) => e.id)).toEqual(['site:b', 'page:map', 'action:print'])
  })
  it('ranks, keeps the given order among equals and stops at the most', () => {
    const all = [entry('1', 'plan a'), entry('2', 'plan b'), entry('3', 'plan')]
    expect(ranked(all, 'plan', [], 2).map((e) => e.id)).toEqual(['3', '1'])
    expect(ranked(all, 'plan', ['2'], 3).map((e) => e.id)).toEqual(['3', '2', '1'])
  })
  it('remembers the newest first, none twice, eight at most', () => {
    expect(remembered(['a', 'b'], 'b')).toEqual(['b', 'a'])
    expect(remembered(['1', '2', '3', '4', '5', '6', '7', '8'], '9')).toHaveLength(8)
  })
})
