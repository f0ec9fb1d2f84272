// Reports made from templates: what the server says of them, and the little the page works out itself.

import type { Instant } from './api_types'
import type { ChangedFigure, Figure } from './review_types'

export type PeriodKind = 'day' | 'week' | 'month'

export interface TemplateFace {
  id: string
  name_zh: string
  name_en: string
  kind: string
  period: PeriodKind
  subject: boolean
  values: string[]
  clause: string
  source: string
}

/** A figure as a report prints it. */
export interface PrintedFigure {
  ref: string
  zh: string
  en: string
  unit: string
  printed: string
  /** what it rests on: a stored value, several of them, or entries of the ledger */
  kind: 'series' | 'judgement' | 'records'
  series: number | null
  time: Instant
  how_zh: string
  how_en: string
  edition: string
  result_time: Instant | null
  link: string
}

export interface FigureChange {
  ref: string
  name: string
  old: string
  new: string
  erratum: string | null
  why: string
  at: string
}

/** A report as it would be now. */
export interface MadeReport {
  draft: string | null
  id: string
  template: string
  title: string
  from: string
  to: string
  day: string
  lang: string
  edition: string
  other_edition: string
  subject: string
  remarks: string
  known_at: Instant
  version: number
  replaces: string | null
  digest: string
  html: string
  changes: FigureChange[]
  figures: PrintedFigure[]
}

export interface ReportFile {
  form: 'docx' | 'pdf' | 'xlsx' | 'html'
  hash: string
  bytes: number
}

export interface ReportHead {
  id: string
  kind: string
  title_zh: string
  title_en: string
  day: string
  issued_at: Instant
  known_at: Instant
  who: string
  why: string
  /** absent of reports that were issued without a template */
  template?: string
  version?: number
  replaces?: string | null
  lang?: string
  files?: ReportFile[]
}

export interface ReportRow extends ReportHead {
  figures: number
  errata: number
}

type SignedFigure = Figure & { printed?: string; shown_unit?: string; of_series?: boolean; how_zh?: string; how_en?: string; edition?: string; link?: string }

export interface SignedReport extends ReportHead {
  figures: SignedFigure[]
  errata: { id: number; at: Instant; why: string; figures: ChangedFigure[] }[]
}

export interface DraftRow {
  id: string
  template: string
  day: string
  lang: string
  who: string
  at: Instant
}

/** The figures of a signed report as those of a draft are told. */
export function printedOf(report: SignedReport): PrintedFigure[] {
  return report.figures.map((f) => ({
    ref: f.ref,
    zh: f.zh,
    en: f.en,
    unit: f.shown_unit ?? f.unit,
    printed: f.printed ?? (f.value === null ? '—' : String(f.value)),
    kind: f.series === null ? 'records' : f.of_series === false ? 'judgement' : 'series',
    series: f.series,
    time: f.time,
    how_zh: f.how_zh ?? '',
    how_en: f.how_en ?? '',
    edition: f.edition ?? '',
    result_time: null,
    link: f.link ?? '',
  }))
}

/** What two versions print otherwise: by the order of the newer; what only one of them has is told as missing. */
export function differences(older: readonly PrintedFigure[], newer: readonly PrintedFigure[]): { ref: string; zh: string; en: string; old: string; new: string }[] {
  const before = new Map(older.map((f) => [f.ref, f]))
  const out = newer.flatMap((f) => {
    const old = before.get(f.ref)
    before.delete(f.ref)
    return old?.printed === f.printed ? [] : [{ ref: f.ref, zh: f.zh, en: f.en, old: old?.printed ?? '—', new: f.printed }]
  })
  return [...out, ...[...before.values()].map((f) => ({ ref: f.ref, zh: f.zh, en: f.en, old: f.printed, new: '—' }))]
}

/** What stands in the body of a page, without anything that runs: the server escapes text, this leaves out the rest. */
export function bodyOf(page: string): string {
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(page)
  return body?.[1] ?? ''
}

export function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
