// Reading an erratum: how much it changes, and whether what happened is what was foretold.

import type { ChangedCase, ChangedEvent, ChangedReport, ChangedValue, ChangedVerdict, Erratum } from './review_types'

export interface Tally {
  hours: number
  days: number
  longer: number
  verdicts: number
  withdrawn: number
  due: number
  cases: number
  reports: number
}

export function tally(e: Erratum): Tally {
  const of = (level: string): number => e.values.filter((v) => v.level === level).length
  const longer = of('month') + of('year')
  const days = of('day')
  return {
    // what came in: hours, or four hours of water
    hours: e.values.length - days - longer,
    days,
    longer,
    verdicts: e.verdicts_total ?? e.verdicts.length,
    withdrawn: e.events.withdrawn_total ?? e.events.withdrawn.length,
    due: e.events.due_total ?? e.events.due.length,
    cases: e.cases.length,
    reports: e.reports.length,
  }
}

/** A decision that changes nothing, as a note does, leaves no erratum. */
export const noChange = { values: [], verdicts: [], events: { withdrawn: [], due: [] }, cases: [], reports: [] } satisfies Partial<Erratum>

export const isEmpty = (e: Erratum): boolean => Object.values(tally(e)).every((n) => n === 0)

/** Levels in the order they are shown: what a person thinks of first comes first. */
export const levels = ['day', 'month', 'year', 'hour'] as const

export function byLevel(values: readonly ChangedValue[]): { level: string; values: ChangedValue[] }[] {
  const known: readonly string[] = levels
  const others = [...new Set(values.map((v) => v.level))].filter((l) => !known.includes(l))
  return [...levels, ...others].map((level) => ({ level, values: values.filter((v) => v.level === level) })).filter((g) => g.values.length > 0)
}

export type Difference = { part: 'values' | 'verdicts' | 'withdrawn' | 'due' | 'cases' | 'reports'; foretold: number; happened: number }

const number = (v: unknown): unknown => (typeof v === 'number' ? Number(v.toPrecision(12)) : (v ?? null))
const key = (...parts: unknown[]): string => JSON.stringify(parts.map(number))

const valueKey = (v: ChangedValue): string => key(v.level, v.site, v.property, v.averaging, v.statistic, v.time, v.old, v.new)
const verdictKey = (v: ChangedVerdict): string => key(v.site, v.rule, v.time, v.edition, v.old, v.new)
// A case or an event that is only due has no number yet: it is not compared by it.
const eventKey = (e: ChangedEvent): string => key(e.rule, e.site, e.property, e.time, e.value)
const caseKey = (c: ChangedCase): string => key(c.title_zh, c.state)
const reportKey = (r: ChangedReport): string => key(r.id, JSON.stringify(r.figures.map((f) => [f.ref, number(f.old), number(f.new)])))

function sameBag(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  const sortedB = [...b].sort()
  return [...a].sort().every((k, i) => k === sortedB[i])
}

/** Where what happened is not what was foretold; empty when it is. Order does not matter, who, when and numbers of errata neither. */
export function differences(foretold: Erratum, happened: Erratum): Difference[] {
  const parts: [Difference['part'], string[], string[]][] = [
    ['values', foretold.values.map(valueKey), happened.values.map(valueKey)],
    ['verdicts', foretold.verdicts.map(verdictKey), happened.verdicts.map(verdictKey)],
    ['withdrawn', foretold.events.withdrawn.map(eventKey), happened.events.withdrawn.map(eventKey)],
    ['due', foretold.events.due.map(eventKey), happened.events.due.map(eventKey)],
    ['cases', foretold.cases.map(caseKey), happened.cases.map(caseKey)],
    ['reports', foretold.reports.map(reportKey), happened.reports.map(reportKey)],
  ]
  return parts.filter(([, a, b]) => !sameBag(a, b)).map(([part, a, b]) => ({ part, foretold: a.length, happened: b.length }))
}
