// What must be done by when, over all cases: the nearest end first. Whether something is overdue is the server's to say; here
// it is only sorted under headings.

import { daysLeft } from './record_value'
import type { Due, RegisterRecord, Value } from './register_types'

/** An item of /api/v1/due: a record with the deadlines that run. */
export type DueItem = RegisterRecord | { record: RegisterRecord; due?: Due }

export interface DueRow {
  record: RegisterRecord
  due: Due
}

export const dueHeadings = ['overdue', 'today', 'week', 'later'] as const
export type DueHeading = (typeof dueHeadings)[number]

const week_days = 7

/** One row for each running deadline, the nearest end first. */
export function dueRows(items: readonly DueItem[]): DueRow[] {
  const rows = items.flatMap((item): DueRow[] => {
    if (!('record' in item)) return item.dues.map((due) => ({ record: item, due }))
    return item.due ? [{ record: item.record, due: item.due }] : item.record.dues.map((due) => ({ record: item.record, due }))
  })
  const seen = new Set<string>()
  const once = rows.filter(({ record, due }) => {
    const key = `${record.register}/${record.id}/${due.deadline}/${due.ends}`
    return !seen.has(key) && seen.add(key)
  })
  return once.sort((a, b) => a.due.ends.localeCompare(b.due.ends) || a.record.opened.localeCompare(b.record.opened) || a.record.id.localeCompare(b.record.id))
}

export function headingOf(due: Due, today: string): DueHeading {
  const left = daysLeft(due.ends, today)
  if (due.overdue || left < 0) return 'overdue'
  if (left === 0) return 'today'
  return left <= week_days ? 'week' : 'later'
}

export function underHeadings(rows: readonly DueRow[], today: string): { heading: DueHeading; rows: DueRow[] }[] {
  return dueHeadings.map((heading) => ({ heading, rows: rows.filter((r) => headingOf(r.due, today) === heading) })).filter((g) => g.rows.length > 0)
}

export interface CaseFilter {
  register: string | null
  county: string | null
  owner: string | null
  words: string | null
}

const text = (value: Value | undefined): string => (value === null || value === undefined ? '' : typeof value === 'object' && !Array.isArray(value) ? '' : String(value))

/** Who handles it, as people call them. */
export function ownerOf(record: RegisterRecord): string {
  const name = record.names['owner']
  return typeof name === 'string' && name !== '' ? name : text(record.values['owner'])
}

/** A county's code begins with that of its city: 360200 finds 360281. */
function inCounty(code: string, county: string): boolean {
  const stem = county.replace(/(00)+$/, '')
  return code.startsWith(stem)
}

export function fits(record: RegisterRecord, filter: CaseFilter): boolean {
  if (filter.register && record.register !== filter.register) return false
  if (filter.county && !inCounty(text(record.values['division']), filter.county)) return false
  if (filter.owner && ownerOf(record) !== filter.owner) return false
  const all = [record.id, record.title, ...Object.values(record.values).map(text), ...Object.values(record.names).map((n) => JSON.stringify(n))].join('\n').toLowerCase()
  return (filter.words ?? '').toLowerCase().split(/\s+/).every((w) => all.includes(w))
}

/** Whoever has something to do, for the list of choices. */
export function owners(records: readonly RegisterRecord[]): string[] {
  return [...new Set(records.map(ownerOf).filter((o) => o !== ''))].sort((a, b) => a.localeCompare(b, 'zh-CN'))
}
