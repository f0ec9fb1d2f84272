import { describe, expect, it } from 'vitest'
import { faultOf, filledIn, isOpen, mergeReceipts, newerReceipt, sendable } from './commands'
import type { Command212, CommandParameter, Receipt } from './device_types'

const command = (code: string, more: Partial<Command212> = {}): Command212 => ({
  code, direction: 'host', kind: 'request', editions: ['2005', '2017', '2025'], name_zh: code, name_en: code, group: 'data', parameters: [], sendable: true, returns_data: false, source: '', trust: 'verified', ...more,
})
const parameter = (type: CommandParameter['type'], required = true): CommandParameter => ({ name: 'X', name_zh: '', name_en: '', type, required })

describe('requests', () => {
  const all = [command('2061'), command('2031'), command('1014', { group: 'setup', editions: ['2025'] }), command('9011', { group: 'exchange', sendable: false }), command('3012', { group: 'control' })]
  const codes = (edition: Parameters<typeof sendable>[1]): string[] => sendable(all, edition).flatMap((g) => g.commands.map((c) => c.code))

  it('are offered by group where the device has them', () => {
    expect(codes('2017')).toEqual(['2031', '2061', '3012'])
    expect(codes('2025')).toEqual(['2031', '2061', '1014', '3012'])
  })

  it('are all offered while the edition is not known, and as 2025 for a later one', () => {
    expect(codes(null)).toEqual(codes('2025'))
    expect(codes('later')).toEqual(codes('2025'))
  })

  it('want what is needed, numbers, times and words that keep the frame whole', () => {
    expect(faultOf(parameter('text'), ' ')).toBe('missing')
    expect(faultOf(parameter('text', false), '')).toBeNull()
    expect(faultOf(parameter('number'), '12.5')).toBeNull()
    expect(faultOf(parameter('number'), '1e3')).toBe('no-number')
    expect(faultOf(parameter('time'), '2026-03-01T08:00')).toBeNull()
    expect(faultOf(parameter('time'), '20260301')).toBe('no-time')
    expect(faultOf(parameter('factor'), 'w01018')).toBeNull()
    for (const text of ['a;b', 'a=b', 'a&&', '#1', 'a b', 'a,b']) expect(faultOf(parameter('text'), text), text).toBe('no-plain')
  })

  it('send times as digits and leave out what is empty', () => {
    const parameters: CommandParameter[] = [{ ...parameter('time'), name: 'BeginTime' }, { ...parameter('factor', false), name: 'PolId' }, { ...parameter('number'), name: 'RtdInterval' }]
    expect(filledIn(parameters, { BeginTime: '2026-03-01T08:00', PolId: '', RtdInterval: ' 30 ', other: 'x' })).toEqual([{ name: 'BeginTime', value: '20260301080000' }, { name: 'RtdInterval', value: '30' }])
  })
})

describe('receipts', () => {
  const receipt = (id: string, state: Receipt['state'], steps: number, asked_at = '2026-03-01T00:00:00Z'): Receipt => ({
    id, mn: 'A', cn: '2061', name_zh: '', name_en: '', who: '', why: '', origin: 'person', asked_at, state, qn_rtn: null, exe_rtn: null, meaning_zh: '', meaning_en: '', sends: 0,
    data_messages: 0, observations: 0, parameters: [], steps: Array.from({ length: steps }, () => ({ time: asked_at, what_zh: '', what_en: '', frame: null })),
  })

  it('are open until they end', () => {
    expect((['waiting', 'sent', 'accepted'] as const).every((state) => isOpen({ state }))).toBe(true)
    expect((['done', 'refused', 'failed', 'timed-out', 'offline'] as const).some((state) => isOpen({ state }))).toBe(false)
  })

  it('never go back: an old answer that comes late changes nothing', () => {
    const sent = receipt('1', 'sent', 2)
    const done = receipt('1', 'done', 4)
    expect(newerReceipt(done, sent)).toBe(done)
    expect(newerReceipt(sent, done)).toBe(done)
    expect(newerReceipt(sent, receipt('1', 'accepted', 3)).state).toBe('accepted')
  })

  it('stand newest first, each once', () => {
    const had = [receipt('1', 'sent', 2)]
    const merged = mergeReceipts(had, [receipt('2', 'waiting', 1, '2026-03-01T00:01:00Z'), receipt('1', 'done', 4)])
    expect(merged.map((r) => `${r.id} ${r.state}`)).toEqual(['2 waiting', '1 done'])
  })
})
