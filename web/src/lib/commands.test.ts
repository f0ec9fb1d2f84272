import { describe, expect, it } from 'vitest'
import { commandKey, faultOf, filledIn, isOpen, mergeReceipts, newerReceipt, sendable } from './commands'
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

  it('want what is needed, written as the standard has it', () => {
    const faults = (p: CommandParameter, ...typed: string[]): (string | null)[] => typed.map((text) => faultOf(p, text))
    expect(faults(parameter('text'), ' ', 'a b', 'a;b', 'a=b', 'a&&', 'a,b', 'a\nb')).toEqual(['missing', null, 'text', 'text', 'text', 'text', 'text'])
    expect(faultOf(parameter('text', false), '')).toBeNull()
    expect(faults(parameter('number'), '12', '1.5', '-1', '1e3')).toEqual([null, 'number', 'number', 'number'])
    expect(faults({ ...parameter('number'), lowest: 1, highest: 99 }, '0', '1', '99', '100')).toEqual(['range', null, null, 'range'])
    expect(faults(parameter('time'), '2026-03-01T08:00', '20260301')).toEqual([null, 'time'])
    expect(faults(parameter('factor'), 'w01018', 'COD-Cr')).toEqual([null, 'factor'])
    expect(faults(parameter('key'), '0123456789abcdef0123456789ABCDEF', '0123')).toEqual([null, 'key'])
    expect(faults(parameter('word6'), 'abc123', 'abc12')).toEqual([null, 'word6'])
    expect(faults(parameter('digits4'), '0830', '830')).toEqual([null, 'digits4'])
    expect(faults({ ...parameter('number'), one_of: ['1', '5'] }, '5', '2')).toEqual([null, 'choice'])
  })

  it('are told apart where one code means two things', () => {
    expect(commandKey(command('1072', { editions: ['2005'] }))).not.toBe(commandKey(command('1072', { editions: ['2017', '2025'] })))
  })

  it('send times as digits and leave out what is empty', () => {
    const parameters: CommandParameter[] = [{ ...parameter('time'), name: 'BeginTime' }, { ...parameter('factor', false), name: 'PolId' }, { ...parameter('number'), name: 'RtdInterval' }, { ...parameter('time17'), name: 'SKCreateTime' }]
    expect(filledIn(parameters, { BeginTime: '2026-03-01T08:00', PolId: '', RtdInterval: ' 30 ', SKCreateTime: '2026-03-01T08:00', other: 'x' })).toEqual([
      { name: 'BeginTime', value: '20260301080000' }, { name: 'RtdInterval', value: '30' }, { name: 'SKCreateTime', value: '20260301080000000' },
    ])
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
