import { describe, expect, it } from 'vitest'
import { clashes, fieldChanges, merged, newestOf, startChoices, versions } from './record_diff'
import { aField, aRecord } from './register_sample'

const fields = [aField('name', 'text'), aField('flow', 'number'), aField('place', 'point')]
const step = { step: 'accept', from: 'open', to: 'working', who: 'li', why: '', at: '2026-06-02T00:00:00Z', evidence: [] }

describe('versions of a record', () => {
  it('tell what each changed, the newest first, and the first what it began with', () => {
    const all = versions(fields, [aRecord({ name: 'a', flow: 1 }), aRecord({ name: 'a', flow: 2 }, { revision: 2 })])
    expect(all.map((v) => v.record.revision)).toEqual([2, 1])
    expect(all[0]!.changes).toEqual([{ field: fields[1], before: 1, after: 2 }])
    expect(all[1]!.changes.map((c) => c.after)).toEqual(['a', 1])
  })

  it('name the step and the change of state, and the withdrawal', () => {
    const [gone, moved] = versions(fields, [
      aRecord({}, { state: 'open' }), aRecord({}, { state: 'working', steps: [step], revision: 2 }), aRecord({}, { state: 'working', steps: [step], revision: 3, gone: true }),
    ])
    expect(moved!.from_state).toBe('open')
    expect(moved!.step?.step).toBe('accept')
    expect(gone!.withdrawn).toBe(true)
    expect(gone!.step).toBeNull()
  })

  it('hold geometry equal when its coordinates are', () => {
    const place = (lon: number) => ({ type: 'Point' as const, coordinates: [lon, 29] })
    expect(fieldChanges(fields, { place: place(117) }, { place: place(117) })).toEqual([])
    expect(fieldChanges(fields, { place: place(117) }, { place: place(118) })).toHaveLength(1)
    expect(fieldChanges(fields, { name: null }, {})).toEqual([])
  })
})

describe('two edits of one record', () => {
  const before = { name: 'a', flow: 1 }

  it('each keep what they alone changed', () => {
    const list = clashes(fields, before, { name: 'mine' }, { name: 'a', flow: 9 })
    expect(list.map((c) => [c.field.id, c.both])).toEqual([['name', false], ['flow', false]])
    const choices = startChoices(list, before)
    expect(choices).toEqual({ name: 'mine', flow: 'theirs' })
    expect(merged(list, choices)).toEqual({ name: 'mine' })
  })

  it('need a person where both changed one field; until then theirs stands', () => {
    const list = clashes(fields, before, { flow: 5 }, { name: 'a', flow: 9 })
    expect(list).toEqual([{ field: fields[1], before: 1, mine: 5, theirs: 9, both: true }])
    expect(merged(list, startChoices(list, before))).toEqual({})
    expect(merged(list, { flow: 'mine' })).toEqual({ flow: 5 })
  })

  it('have nothing to settle where both came to the same', () => {
    const list = clashes(fields, before, { flow: 9 }, { name: 'a', flow: 9 })
    expect(list[0]!.both).toBe(false)
    expect(merged(list, startChoices(list, before))).toEqual({})
  })

  it('find the newest record in the refusal', () => {
    expect(newestOf({ newest: aRecord({}, { revision: 7 }) })?.revision).toBe(7)
    for (const error of [null, { newest: null }, { newest: 'x' }]) expect(newestOf(error)).toBeNull()
  })
})
