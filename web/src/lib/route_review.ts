// The part of the address that is the review desk's: queue, one sheet, errata, reports.

export const deskParts = ['queue', 'errata', 'reports', 'elsewhere'] as const
export type DeskPart = (typeof deskParts)[number]

export interface ReviewView {
  desk: DeskPart
  /** chosen erratum, report or import */
  item: string | null
  /** site whose sheet is open */
  sheet: string | null
  /** its day */
  day: string | null
  /** days the chart shows, ending on that day */
  days: number
  /** column under review, "PM10/PT1H" */
  column: string | null
  /** value the sheet was opened for */
  value: string | null
  // Of the queue:
  from: string | null
  to: string | null
  kind: string | null
  state: string | null
  property: string | null
}

export const startReview: ReviewView = {
  desk: 'queue', item: null, sheet: null, day: null, days: 1, column: null, value: null, from: null, to: null, kind: null, state: null, property: null,
}

const day = /^\d{4}-\d{2}-\d{2}$/
const name = /^[A-Za-z0-9._-]{1,64}$/
const column = /^[A-Za-z0-9._-]{1,64}\/P[A-Z0-9]{1,12}$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const days_max = 31

/** `path` is the page of the address: "errata" is short for that part of the desk. */
export function readReview(path: string, q: URLSearchParams): ReviewView {
  const fitting = (key: string, form: RegExp): string | null => {
    const v = q.get(key)
    return v !== null && form.test(v) ? v : null
  }
  const asDay = (key: string): string | null => {
    const v = fitting(key, day)
    return v !== null && !Number.isNaN(Date.parse(v)) ? v : null
  }
  const asked = path === 'review' ? (q.get('part') ?? 'queue') : path
  const desk = (deskParts as readonly string[]).includes(asked) ? (asked as DeskPart) : 'queue'
  if (desk !== 'queue') return { ...startReview, desk, item: fitting('id', name) }
  const filters = { from: asDay('from'), to: asDay('to'), kind: fitting('of', name), state: fitting('state', name), property: fitting('property', name) }
  const sheet = fitting('sheet', name)
  const ofSheet = asDay('day')
  if (sheet === null || ofSheet === null) return { ...startReview, ...filters }
  const days = Number(q.get('days') ?? 1)
  return {
    ...startReview, ...filters, sheet, day: ofSheet,
    days: Number.isInteger(days) && days >= 1 && days <= days_max ? days : 1,
    column: fitting('column', column),
    value: fitting('value', instant),
  }
}

export function writeReview(r: ReviewView, q: URLSearchParams): void {
  if (r.desk !== 'queue') {
    q.set('part', r.desk)
    if (r.item) q.set('id', r.item)
    return
  }
  if (r.from) q.set('from', r.from)
  if (r.to) q.set('to', r.to)
  if (r.kind) q.set('of', r.kind)
  if (r.state) q.set('state', r.state)
  if (r.property) q.set('property', r.property)
  if (r.sheet === null || r.day === null) return
  q.set('sheet', r.sheet)
  q.set('day', r.day)
  if (r.days !== 1) q.set('days', String(r.days))
  if (r.column) q.set('column', r.column)
  if (r.value) q.set('value', r.value)
}
