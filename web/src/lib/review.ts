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

const words_max = 18

/** What a rule says of one value, without that value's own numbers: "数值 900 超出可信范围 0～500" -> "数值 … 超出可信范围 …". */
export function ruleHead(words: string): string {
  const head = (words.split(/[：:；;]/)[0] ?? words).replace(/[-+−]?\d+(\.\d+)?/g, '…').replace(/…(\s*[～~–-]\s*…)+/g, '…').trim()
  const wide = [...head].reduce((n, c) => n + (c.charCodeAt(0) > 0x2e80 ? 2 : 1), 0)
  return wide > words_max * 2 ? `${[...head].slice(0, /[⺀-鿿]/.test(head) ? words_max : words_max * 2).join('').trim()}…` : head
}

/** The reason that was given most often. */
export function mainReason(item: Pick<QueueItem, 'reasons'>): FlagCount | null {
  return item.reasons.reduce<FlagCount | null>((best, r) => (best === null || r.count > best.count ? r : best), null)
}

export function reasonsFor(terms: ReviewTerms | null, action: string): ReviewReason[] {
  return (terms?.reasons ?? []).filter((r) => r.actions.length === 0 || r.actions.includes(action))
}

/** Which reason codes what was found most likely stands for, in order; those the pack does not have are passed over. */
const likely: [RegExp, string][] = [
  [/spike|peak|rate/, 'spike'],
  [/flat|quiet|stuck|repeats/, 'stuck'],
  [/relation|within|is-the-sum|over-|below-|oxygen|salinity/, 'relation'],
  [/calibration/, 'calibration'],
  [/maintenance/, 'maintenance'],
]

/** A reason of the pack for voiding a value: by the state of its device, by its flags, else the first that fits. */
export function reasonOf(terms: ReviewTerms | null, row: Pick<SheetRow, 'flags' | 'device_flag'>): string {
  const fit = reasonsFor(terms, 'void').map((r) => r.id)
  const device = markedFlags[row.device_flag]
  const signs = [...(device ? [device] : []), ...row.flags.map((f) => f.rule)]
  for (const sign of signs) {
    const exact = fit.find((id) => id === sign)
    const guess = likely.find(([form, id]) => form.test(sign) && fit.includes(id))?.[1]
    if (exact ?? guess) return (exact ?? guess)!
  }
  return fit[0] ?? ''
}

/** A proposal that can be taken over as it is: to void a value. What is merely suspect a person must look at. */
export function canTake(row: SheetRow): boolean {
  return needsEyes(row) && row.proposal === 'void' && row.raw !== null
}

/** Decisions that do as proposed: one for each column and reason, with the times of its values. */
export function proposed(values: readonly FlaggedValue[], terms: ReviewTerms | null, note: string): DecisionRequest[] {
  const groups = new Map<string, DecisionRequest>()
  for (const { column, row } of values) {
    if (!canTake(row)) continue
    const reason = reasonOf(terms, row)
    const id = `${columnId(column)} ${reason}`
    const known = groups.get(id)
    if (known) known.times.push(row.time)
    else groups.set(id, { property: column.property, averaging: column.averaging, times: [row.time], action: 'void', numbers: {}, reason, note })
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
  return (terms?.transitions ?? []).filter((x) => leadsFrom(x, state))
}

export function leadsFrom(x: Transition, state: string): boolean {
  return Array.isArray(x.from) ? x.from.includes(state) : x.from === state
}

/** The way forward: from the first state by the first transition out of each. */
export function wayOf(terms: ReviewTerms | null): string[] {
  const out: string[] = []
  let at = terms?.states[0]?.id
  while (terms && at !== undefined && !out.includes(at)) {
    const here: string = at
    out.push(here)
    at = terms.transitions.find((x) => leadsFrom(x, here) && !out.includes(x.to))?.to
  }
  return out
}

/** The last person who moved the sheet on: where another is needed it may not be the same. */
export function lastPerson(sheet: Pick<Sheet, 'history'>): string {
  return [...sheet.history].sort((a, b) => a.at.localeCompare(b.at)).at(-1)?.who ?? ''
}

/** Decisions are made while the sheet is open: before it is submitted, or when it was given back. */
export function isOpen(terms: ReviewTerms | null, state: string): boolean {
  const told = terms?.states.find((s) => s.id === state)?.open
  if (told !== undefined) return told
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
