import { describe, expect, it } from 'vitest'
import type { ExplainedField, Frame } from './device_types'
import { commandOf, factorsIn, fateOf, groupFields, mergeFrames } from './frames'

const frame = (batch: number, position: number): Frame => ({ batch, position, received: '', source: 'hj212', reason: '', peer: '', mn: 'A', raw: '', bytes: 0 })
const field = (key: string, group: ExplainedField['group'] = null): ExplainedField => ({ group, key, value: '1', meaning_zh: `${key} 中`, meaning_en: key, unit: null })

describe('messages', () => {
  it('grow without repetition, newest first', () => {
    const merged = mergeFrames([frame(1, 0), frame(1, 1)], [frame(2, 0), frame(1, 1)])
    expect(merged.map((f) => `${f.batch}.${f.position}`)).toEqual(['2.0', '1.1', '1.0'])
    expect(mergeFrames(merged, [frame(3, 0)], 2).map((f) => f.batch)).toEqual([3, 2])
  })

  it('tell what became of them', () => {
    expect(fateOf({ source: 'hj212-backfill', reason: '' })).toBe('taken')
    expect(fateOf({ source: 'hj212-refused', reason: 'wrong crc' })).toBe('refused')
    expect(fateOf({ source: 'hj212-held', reason: '' })).toBe('held')
  })

  it('tell their command, also where the header is damaged', () => {
    expect(commandOf('##0101QN=20260301;ST=32;CN=2061;PW=1;CP=&&&&')).toBe('2061')
    expect(commandOf('ST=32CN=2011')).toBe('2011')
    expect(commandOf('##0000')).toBe('')
  })

  it('keep the items of a factor together and in order', () => {
    const groups = groupFields([field('DataTime'), field('w01018-Avg', 1), field('w01018-Flag', 1), field('w21003-Avg', 2)])
    expect(groups.map((g) => g.fields.map((f) => f.key))).toEqual([['DataTime'], ['w01018-Avg', 'w01018-Flag'], ['w21003-Avg']])
  })

  it('offer their factors once each, of all editions, and nothing else', () => {
    const fields = [field('DataTime'), field('w01018-Avg', 'w01018'), field('w01018-Flag', 'w01018'), field('a34004-Rtd'), field('060-Rtd', 3), field('QnRtn')]
    expect(factorsIn(fields).map((f) => f.code)).toEqual(['w01018', 'a34004', '060'])
  })
})
