// The plan as the program computes it: its promises joined with the words of the text, narrowed, grouped, and put into words.
// What a promise is worth, and how likely it is to be kept, comes from the server; nothing is judged here.

import type { PlanTarget } from './api_types'
import { missing } from './format'
import { planStatuses, type Counted, type CountedItem, type PlanStatus, type PlanTask, type PromiseNow, type Supposed } from './plan_types'
import { matches } from './table'

/** A promise of the text, and what the program says of it; null for whoever is not told. */
export type PlanRow = PlanTarget & { now: PromiseNow | null }

export function planRows(targets: readonly PlanTarget[], promises: readonly PromiseNow[] | null): PlanRow[] {
  const now = new Map((promises ?? []).map((p) => [p.id, p]))
  return targets.map((x) => ({ ...x, now: now.get(x.id) ?? null }))
}

/** Marks that tell a status without its colour. */
export const statusSigns: Record<PlanStatus, string> = { met: '✓', likely: '↗', 'on-path': '=', unlikely: '✕', behind: '▼', unknown: '?', 'no-data': '∅', waits: '…', unmeasurable: '–' }

/** Those that will probably not be kept. */
export const failing: readonly PlanStatus[] = ['unlikely', 'behind']

export const planGroups = ['chapter', 'kind', 'owner', 'status'] as const
export type PlanGroup = (typeof planGroups)[number]

/** "failing", a status, or "" for all. */
export function hasStatus(asked: string, status: PlanStatus | undefined): boolean {
  if (asked === '') return true
  if (status === undefined) return false
  return asked === 'failing' ? failing.includes(status) : asked === status
}

export interface PlanFilter {
  chapter: string
  kind: string
  owner: string
  status: string
  words: string
}

export function shownRows(all: readonly PlanRow[], filter: PlanFilter): PlanRow[] {
  const fits = (asked: string, value: string | undefined): boolean => asked === '' || asked === value
  return all.filter(
    (x) =>
      fits(filter.chapter, x.chapter) && fits(filter.kind, x.kind) && fits(filter.owner, x.now?.owner) && hasStatus(filter.status, x.now?.status) &&
      matches(filter.words, x.id, x.name_zh, x.name_en, x.evidence, x.note, x.now?.owner_zh, x.now?.owner_en, x.now?.reason_zh, x.now?.reason_en),
  )
}

export function groupValue(x: PlanRow, by: PlanGroup): string {
  switch (by) {
    case 'owner': return x.now?.owner ?? ''
    case 'status': return x.now?.status ?? ''
    default: return x[by]
  }
}

/** Values of a group in their order: chapters by number, statuses from good to unmeasurable, others the most frequent first. */
export function groupsOf(all: readonly PlanRow[], by: PlanGroup): { value: string; items: PlanRow[] }[] {
  const found = new Map<string, PlanRow[]>()
  for (const x of all) {
    const value = groupValue(x, by)
    found.set(value, [...(found.get(value) ?? []), x])
  }
  const list = [...found].map(([value, items]) => ({ value, items }))
  if (by === 'chapter') return list.sort((a, b) => Number(a.value) - Number(b.value))
  if (by === 'status') return list.sort((a, b) => planStatuses.indexOf(a.value as PlanStatus) - planStatuses.indexOf(b.value as PlanStatus))
  return list.sort((a, b) => b.items.length - a.items.length)
}

/** How many of each status, all nine of them. */
export function statusCounts(all: readonly PlanRow[]): Record<PlanStatus, number> {
  const counts = Object.fromEntries(planStatuses.map((s) => [s, 0])) as Record<PlanStatus, number>
  for (const x of all) if (x.now) counts[x.now.status] += 1
  return counts
}

export interface Trend {
  sign: '↑' | '↓' | '→'
  way: 'up' | 'down' | 'level'
  /** whether it goes where the promise wants it; null where it does not matter */
  good: boolean | null
}

/** Where the years go, as far as the outlook rests on a line through them. */
export function trendOf(p: PromiseNow): Trend | null {
  if (p.outlook.method === 'level') return { sign: '→', way: 'level', good: null }
  if (p.outlook.method !== 'trend' || p.outlook.slope === 0) return null
  const up = p.outlook.slope > 0
  const good = p.sense === 'equal' ? null : (p.sense === 'lower') !== up
  return { sign: up ? '↑' : '↓', way: up ? 'up' : 'down', good }
}

/** A number of any size, rounded for the eye. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing
  const places = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return String(Number(value.toFixed(places)))
}

/** A share as whole percent. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? missing : `${Math.round(share * 100)}%`
}

/** "line 25: text" taken apart; the whole as text where there is no line. */
export function clauseOf(evidence: string): { line: number | null; text: string } {
  const m = /^line (\d+): (.*)$/s.exec(evidence)
  return m ? { line: Number(m[1]), text: m[2] ?? '' } : { line: null, text: evidence }
}

export const has = (v: number | string | null | undefined): boolean => v !== null && v !== undefined && v !== ''

const formula_pieces = /'[^']*'|is not none|is none|this\.[a-z_]+|\.[A-Za-z_][A-Za-z0-9_-]*|[A-Za-z_][A-Za-z0-9_-]*/g

/** A formula with words in the place of ids and of what the language writes; texts in quotes and fields stay as they are. */
export function formulaWords(formula: string, words: ReadonlyMap<string, string>): string {
  return formula.replace(formula_pieces, (piece) => (piece.startsWith("'") || piece.startsWith('.') ? piece : (words.get(piece) ?? piece)))
}

/** What the language of formulas writes, and has words for (messages plan.word.*). */
export const formulaTerms = ['count', 'sum', 'avg', 'least', 'most', 'where', 'and', 'or', 'not', 'in', 'if', 'none', 'is not none', 'is none', 'this.promise', 'this.first_day', 'this.last_day', 'this.since', 'this.year'] as const

/** The end of a day in Beijing as the API takes a moment; null for what is no day. */
export function endOfDay(day: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? `${day}T23:59:59+08:00` : null
}

// ---- what would help --------------------------------------------------------------------------------------------------------

/** By register: what a record says once its work is done. */
const doneBy: Record<string, { field: string; state?: string }> = { 'plan-milestone': { field: 'done_on' }, 'plan-project': { field: 'built_on', state: 'built' } }

export interface OpenWork {
  register: string
  id: string
  title: string
  due: string | null
  overdue: boolean
}

/** Milestones that are not done, and projects that were looked at but not counted as built. */
export function openWork(tasks: readonly PlanTask[], counted: readonly Counted[]): OpenWork[] {
  const found = new Map<string, OpenWork>()
  const done = new Set<string>()
  const put = (work: OpenWork): void => {
    const key = `${work.register}/${work.id}`
    if (!found.has(key)) found.set(key, work)
  }
  for (const m of tasks.flatMap((task) => task.milestones)) {
    if (m.done_on === null) put({ register: 'plan-milestone', id: m.id, title: m.title, due: m.due, overdue: m.overdue })
    else done.add(`plan-milestone/${m.id}`)
  }
  for (const one of counted) {
    const rule = doneBy[one.from]
    if (!rule) continue
    const asksDone = (one.where ?? '').includes(rule.field)
    for (const item of one.items) {
      if (!item.id) continue
      if (asksDone) done.add(`${one.from}/${item.id}`)
      else put({ register: one.from, id: item.id, title: item.title ?? item.id, due: null, overdue: false })
    }
  }
  return [...found].filter(([key]) => !done.has(key)).map(([, work]) => work)
}

/** The records as they would be, were the work done on that day. */
export function supposeDone(work: readonly OpenWork[], day: string): Supposed[] {
  return work.flatMap(({ register, id }) => {
    const rule = doneBy[register]
    return rule ? [{ register, id, values: { [rule.field]: day }, ...(rule.state ? { state: rule.state } : {}) }] : []
  })
}

// ---- from a row to its series -----------------------------------------------------------------------------------------------

/** Columns of the sections' table that are properties measured there. */
const waterProperties: Record<string, string> = { codmn: 'CODMn', nh3n: 'NH3-N', do: 'DO', tp: 'TP', tn: 'TN', ph: 'pH' }
const waterShown_max = 3

export type SeriesWay =
  | { page: 'map'; site: string; time: string }
  | { page: 'charts'; series: string[]; from: string; to: string }

/** Where the values behind a row of observations are seen: one moment on the map, a period as its series. */
export function seriesWay(counted: Pick<Counted, 'from'>, item: CountedItem, year: number): SeriesWay | null {
  const { site, time } = item
  if (!site || !time) return null
  const from = `${year}-01-01`
  const to = `${year}-12-31`
  if (counted.from === 'air-period') return { page: 'charts', series: [`${site}:PM2.5:P1D`], from, to }
  if (counted.from.startsWith('water-')) {
    const series = Object.entries(waterProperties).filter(([column]) => item.values[column] !== undefined).slice(0, waterShown_max).map(([, property]) => `${site}:${property}:PT4H`)
    const month = String(item.values['month'] ?? '').padStart(2, '0')
    if (series.length === 0) return null
    if (!/^(0[1-9]|1[0-2])$/.test(month)) return { page: 'charts', series, from, to }
    const last = new Date(Date.UTC(year, Number(month), 0)).getUTCDate()
    return { page: 'charts', series, from: `${year}-${month}-01`, to: `${year}-${month}-${last}` }
  }
  return { page: 'map', site, time }
}

// ---- colours of a map by value ----------------------------------------------------------------------------------------------

const ramp = ['#e4f0ea', '#b9d8ca', '#8abfa9', '#5d9c88', '#2f6d5d'] as const
export const noValueColour = '#dedcd4'

/** The colour of each place between the least and the greatest value; where all are alike, the middle one. */
export function valueColours(values: readonly { id: string; value: number | null }[]): Map<string, string> {
  const there = values.flatMap((v) => (v.value === null ? [] : [v.value]))
  const least = Math.min(...there)
  const span = Math.max(...there) - least
  return new Map(values.map(({ id, value }) => [id, value === null ? noValueColour : ramp[span === 0 ? 2 : Math.round(((value - least) / span) * (ramp.length - 1))]!]))
}
export const rampColours: readonly string[] = ramp
