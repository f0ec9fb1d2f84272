import { describe, expect, it } from 'vitest'
import { byLevel, differences, isEmpty, noChange, tally } from './erratum'
import type { ChangedValue, Erratum } from './review_types'

const value = (level: string, time: string, old: number | null, now: number | null): ChangedValue => ({
  level, site: 'air.2344A', name_zh: '兽医站', name_en: 'Vet', property: 'PM10', averaging: 'PT1H', statistic: 'mean', time, unit: 'ug/m3', old, new: now,
})

const erratum = (more: Partial<Erratum> = {}): Erratum => ({
  cause: { kind: 'review', zh: '审核', en: 'review' },
  digest: 'd',
  values: [value('hour', '2020-04-03T08:00:00Z', 980, null), value('day', '2020-04-03T16:00:00Z', 90.04, 51.5)],
  verdicts: [],
  events: { withdrawn: [{ rule: 'over', site: 'air.2344A', property: 'PM10', time: '2020-04-03T08:00:00Z', value: 980, zh: '', en: '' }], due: [] },
  cases: [],
  reports: [{ id: 3, title_zh: '日报', title_en: 'Daily', figures: [{ ref: 'f1', old: 90, new: 52 }] }],
  ...more,
})

describe('erratum', () => {
  it('is counted by level', () => {
    expect(tally(erratum())).toEqual({ hours: 1, days: 1, longer: 0, verdicts: 0, withdrawn: 1, due: 0, cases: 0, reports: 1 })
    expect(tally(erratum({ values: [value('4h', '', 1, 2), value('month', '', 1, 2)] }))).toMatchObject({ hours: 1, days: 0, longer: 1 })
    expect(isEmpty(erratum(noChange))).toBe(true)
    expect(isEmpty(erratum())).toBe(false)
    expect(isEmpty(erratum({ values: [], events: { withdrawn: [], due: [] }, reports: [] }))).toBe(true)
  })

  it('shows days before hours, and levels it does not know at the end', () => {
    expect(byLevel([...erratum().values, value('season', '', 1, 2)]).map((g) => g.level)).toEqual(['day', 'hour', 'season'])
  })

  it('is the same as foretold whatever its order, number and person', () => {
    const e = erratum()
    const happened = erratum({ id: 7, who: '王工', digest: 'other', values: [...e.values].reverse() })
    expect(differences(e, happened)).toEqual([])
    expect(differences(e, erratum({ values: [value('hour', '2020-04-03T08:00:00Z', 980, null), value('day', '2020-04-03T16:00:00Z', 90.04, 51.500000000000007)] }))).toEqual([])
  })

  it('says in which part it differs', () => {
    const e = erratum()
    expect(differences(e, erratum({ values: e.values.slice(1) }))).toEqual([{ part: 'values', foretold: 2, happened: 1 }])
    expect(differences(e, erratum({ values: [e.values[0]!, { ...e.values[1]!, new: 52 }] }))).toEqual([{ part: 'values', foretold: 2, happened: 2 }])
    expect(differences(e, erratum({ reports: [], events: { withdrawn: [], due: [] } })).map((d) => d.part)).toEqual(['withdrawn', 'reports'])
  })

  it('does not compare the number of a case that was not there yet', () => {
    const due = { id: null, title_zh: '颗粒物', title_en: '', state: 'open' }
    expect(differences(erratum({ cases: [due] }), erratum({ cases: [{ ...due, id: 12 }] }))).toEqual([])
  })
})
