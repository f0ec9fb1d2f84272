// The shapes of /api/v1/analysis.

import type { Series } from './api_types'

export interface MethodParameter {
  id: string
  label_zh: string
  label_en: string
  unit: string | null
  kind: 'number' | 'whole' | 'choice' | 'yes-no' | 'numbers'
  default: string
  choices?: string[]
  low?: number
  high?: number
}

export interface MethodText {
  id: string
  name_zh: string
  name_en: string
  text_zh: string
  text_en: string
  references: string[]
}

export interface Method extends MethodText {
  series_min: number
  series_max: number
  wind: boolean
  looks_back: boolean
  parameters: MethodParameter[]
}

export type Cell = number | string | null
export interface FigureColumn {
  id: string
  unit: string | null
  values: Cell[]
}
export interface FigureTable {
  id: string
  columns: FigureColumn[]
}
export interface Figure {
  tables: FigureTable[]
  numbers: Record<string, number | null>
  left_out: { reason: string; series: string | null; count: number }[]
}

export interface ValueMark {
  phenomenon_end: string
  value: number | null
  rule: string
  voids: boolean
  reason_zh: string
  reason_en: string
}

/** What became of the rows of one series. */
export interface Evidence {
  role: 'value' | 'ws' | 'wd'
  /** as it was asked for; names the columns of the tables */
  name: string
  series: Series
  used: number
  absent: number
  missing: number
  voided: number
  reviewed: number
  off_grid: number
  first: string | null
  last: string | null
  newest_result_time: string | null
  marks_in_all: number
  marks: ValueMark[]
}

export interface Analysis {
  program: string
  method: MethodText
  parameters: Record<string, string>
  period: { from: string; to: string; zone: string; step_s: number; rows: number }
  as_known_at: string | null
  series: Evidence[]
  figure: Figure
}

export const tableOf = (figure: Figure, id: string): FigureTable | undefined => figure.tables.find((t) => t.id === id)

/** A column of numbers; empty where the table has none of that name. */
export function numbersOf(table: FigureTable | undefined, id: string): (number | null)[] {
  return (table?.columns.find((c) => c.id === id)?.values ?? []).map((v) => (typeof v === 'number' ? v : null))
}

export function wordsOf(table: FigureTable | undefined, id: string): string[] {
  return (table?.columns.find((c) => c.id === id)?.values ?? []).map(String)
}
