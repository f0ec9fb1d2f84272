// A figure as files: its numbers as CSV, all of it as JSON, and the method as a text that can stand under the picture.

import type { Analysis, FigureTable } from './charts_types'
import { pick } from './format'
import type { Lang, Translate } from './i18n'
import { toCsv } from './table'

/** One table as CSV; units stand in the header. */
export function tableCsv(table: FigureTable): string {
  const rows = table.columns[0]?.values.map((_, i) => i) ?? []
  return toCsv(
    table.columns.map((c) => ({ id: c.id, label: c.unit ? `${c.id} [${c.unit}]` : c.id, value: (i: number) => c.values[i] ?? '' })),
    rows,
  )
}

/** "celadon-polar-2020-03-01-2020-03-31" */
export function fileStem(a: Analysis): string {
  return `celadon-${a.method.id}-${a.period.from}-${a.period.to}`
}

/** Everything somebody else needs to make the figure again, as lines of text. */
export function methodText(a: Analysis, address: string, lang: Lang, t: Translate): string {
  const parameters = Object.entries(a.parameters).map(([id, value]) => `${id}=${value === '' ? t('charts.byData') : value}`)
  const series = a.series.map((e) => t('charts.methodSeries', { role: t(`charts.role.${e.role}`), name: e.name, id: e.series.id, used: e.used, absent: e.absent, missing: e.missing, voided: e.voided, reviewed: e.reviewed, known: e.newest_result_time ?? '—' }))
  return [
    `${pick(a.method, 'name', lang)} (${a.method.id})`,
    pick(a.method, 'text', lang),
    `${t('charts.parameters')}: ${parameters.join(', ') || '—'}`,
    `${t('charts.period')}: ${a.period.from} – ${a.period.to} (${a.period.zone})`,
    ...series,
    `${t('charts.references')}: ${a.method.references.join('; ')}`,
    `${a.program}; ${address}`,
  ].join('\n')
}
