// The review desk: what of a sheet needs eyes, and how proposals and selections become decisions.

import { dayOfEnd } from './comparison'
import type { Decision, DecisionRequest, FlagCount, Proposal, QueueItem, ReviewReason, ReviewTerms, Sheet, SheetColumn, SheetRow, Transition } from './review_types'
import { toMs } from './time'

export const context_max = 6
export const spans = [1, 3, 7, 14, 31] as const

export const columnId = (c: Pick<SheetColumn, 'property' | 'averaging'>): string => `${c.property}/${c.averaging}`

/** A value that a person must look at: it is flagged or proposed as anything but valid, and nothing was decided. */
export function needsEyes(row: SheetRow): boolean {
  return row.decision === null && row.proposal !== 'valid'
}

export const isFlagged = (row: SheetRow): boolean => row.flags.length > 0 || row.proposal !== 'valid'

/** Device states whose values are not of the open air or water: calibration, maintenance, test. */
const markedFlags: Record<string, 'calibration' | 'maintenance' | 'fault'> = { C: 'calibration', c: 'calibration', M: 'maintenance', m: 'maintenance', D: 'fault', d: 'fault', z: 'calibration', s: 'calibration', p: 'calibration' }

export interface Band {
  kind: 'calibration' | 'maintenance' | 'fault'
  from: number
  to: number
}

/** Where the device said that it was being calibrated or mended: runs of such values, each as wide as its window. */
export function deviceBands(rows: readonly SheetRow[], step_ms: number): Band[] {
  const out: Band[] = []
  for (const row of rows) {
    const kind = markedFlags[row.device_flag]
    if (!kind) continue
    const end = toMs(row.time)
    const last = out.at(-1)
    if (last && last.kind === kind && end - step_ms <= last.to) last.to = end
    else out.push({ kind, from: end - step_ms, to: end })
  }
  return out
}

export interface FlaggedValue {
  column: SheetColumn
  place: number
  row: SheetRow
}

const order: Record<Proposal, number> = { void: 0, suspect: 1, valid: 2 }

/** Flagged values of the day itself, those that need eyes first, voids before suspects, then by time. */
export function flaggedValues(sheet: Sheet): FlaggedValue[] {
  const all = sheet.columns.flatMap((column) => column.rows.map((row, place) => ({ column, place, row })))
  return all
    .filter(({ row }) => isFlagged(row) && dayOfEnd(row.time) === sheet.day)
    .sort((a, b) => Number(needsEyes(b.row)) - Number(needsEyes(a.row)) || order[a.row.proposal] - order[b.row.proposal] || a.row.time.localeCompare(b.row.time))
}

/** Rules that flagged something in a column, with how often; for "select all flagged by". */
export function rulesOf(column: SheetColumn): { rule: string; reason_zh: string; reason_en: string; places: number[] }[] {
  const found = new Map<string, { rule: string; reason_zh: string; reason_en: string; places: number[] }>()
  column.rows.forEach((row, place) => {
    for (const f of row.flags) {
      const known = found.get(f.rule)
      if (!known) found.set(f.rule, { rule: f.rule, reason_zh: f.reason_zh, reason_en: f.reason_en, places: [place] })
      else if (known.places.at(-1) !== place) known.places.push(place)
    }
  })
  return [...found.values()].sort((a, b) => b.places.length - a.places.length)
}

/** The head of what a rule says of one value, without that value's own numbers: "突跳：由 20 到 900" -> "突跳". */
export function ruleHead(words: string): string {
  const head = words.split(/[：:（(，,；;]|\s?[-+]?\d/)[0]?.trim() ?? ''
  return head.length >= 2 ? head : words
}

/** The reason that was given most often. */
export function mainReason(item: Pick<QueueItem, 'reasons'>): FlagCount | null {
  return item.reasons.reduce<FlagCount | null>((best, r) => (best === null || r.count > best.count ? r : best), null)
}

export function reasonsFor(terms: ReviewTerms | null, action: string): ReviewReason[] {
  return (terms?.reasons ?? []).filter((r) => r.actions.length === 0 || r.actions.includes(action))
}

/** A reason of the pack for what a rule says, by its name, else the first that fits. */
export function reasonForRule(terms: ReviewTerms | null, action: string, rules: readonly string[]): string {
  const fit = reasonsFor(terms, action)
  return (fit.find((r) => rules.some((rule) => rule === r.id || rule.includes(r.id) || r.id.includes(rule))) ?? fit[0])?.id ?? ''
}

/** Decisions that do as proposed: one for each column and reason, with the times of its values. */
export function proposed(values: readonly FlaggedValue[], terms: ReviewTerms | null, note: string): DecisionRequest[] {
  const groups = new Map<string, DecisionRequest>()
  for (const { column, row } of values) {
    const action = row.proposal === 'void' ? 'void' : 'accept'
    const reason = reasonForRule(terms, action, row.flags.map((f) => f.rule))
    const id = `${columnId(column)} ${action} ${reason}`
    const known = groups.get(id)
    if (known) known.times.push(row.time)
    else groups.set(id, { property: column.property, averaging: column.averaging, times: [row.time], action, numbers: {}, reason, note })
  }
  return [...groups.values()].map((d) => ({ ...d, times: d.times.sort() }))
}

/** What was looked at in a preview: only exactly that may be saved. */
export function fingerprint(site: string, decisions: readonly DecisionRequest[]): string {
  const each = decisions.map((d) => JSON.stringify([d.property, d.averaging, [...d.times].sort(), d.action, Object.entries(d.numbers).sort(), d.reason, d.note.trim()]))
  return `${site} ${each.sort().join(' ')}`
}

/** A number as people type it: "1,5" is no number, an empty field neither. */
export function readNumber(text: string): number | null {
  const trimmed = text.trim().replace(/^−/, '-')
  return /^[-+]?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : null
}

export function transitionsFrom(terms: ReviewTerms | null, state: string): Transition[] {
  return (terms?.transitions ?? []).filter((x) => x.from === state)
}

/** The last person who moved the sheet on: where another is needed it may not be the same. */
export function lastPerson(sheet: Pick<Sheet, 'history'>): string {
  return [...sheet.history].sort((a, b) => a.at.localeCompare(b.at)).at(-1)?.who ?? ''
}

/** Decisions are made while the sheet is open: before it is submitted, or when it was given back. */
export function isOpen(terms: ReviewTerms | null, state: string): boolean {
  return transitionsFrom(terms, state).some((x) => x.id === 'submit')
}

export function decisionOf(sheet: Sheet, row: SheetRow): Decision | null {
  return row.decision === null ? null : (sheet.decisions.find((d) => d.id === row.decision) ?? null)
}

/** "87%": a probability; nothing where none is known. */
export function percent(p: number | null | undefined): string {
  return p === null || p === undefined ? '' : `${Math.round(p * 100)}%`
}

export interface QueueCount {
  sheets: number
  eyes: number
  incomplete: number
}

export function countQueue(items: readonly QueueItem[]): QueueCount {
  return {
    sheets: items.length,
    eyes: items.reduce((n, i) => n + i.need_eyes, 0),
    incomplete: items.filter((i) => i.complete === false).length,
  }
}
