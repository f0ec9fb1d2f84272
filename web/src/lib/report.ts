// A report's figures as a table: a row for each place, a column for each kind of figure, in the order of the report.

import type { ChangedFigure, Figure } from './review_types'

export interface FigureColumn {
  id: string
  property: string
  statistic: string
  averaging: string
  unit: string
}

export interface FigureRow {
  site: string
  name_zh: string
  name_en: string
  figures: Map<string, Figure>
}

export function columnsOf(figures: readonly Figure[]): { columns: FigureColumn[]; rows: FigureRow[] } {
  const columns = new Map<string, FigureColumn>()
  const rows = new Map<string, FigureRow>()
  for (const f of figures) {
    const id = `${f.property} ${f.statistic} ${f.averaging}`
    if (!columns.has(id)) columns.set(id, { id, property: f.property, statistic: f.statistic, averaging: f.averaging, unit: f.unit })
    const row = rows.get(f.site) ?? { site: f.site, name_zh: f.name_zh, name_en: f.name_en, figures: new Map<string, Figure>() }
    row.figures.set(id, f)
    rows.set(f.site, row)
  }
  return { columns: [...columns.values()], rows: [...rows.values()] }
}

/** The newest word on each figure that errata changed. */
export function latestOf(errata: readonly { at: string; figures: readonly ChangedFigure[] }[]): Map<string, number | string | null> {
  const out = new Map<string, number | string | null>()
  for (const e of [...errata].sort((a, b) => a.at.localeCompare(b.at))) for (const f of e.figures) out.set(f.ref, f.new)
  return out
}
