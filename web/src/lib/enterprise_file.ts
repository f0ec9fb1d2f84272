// One enterprise, one file: which of the records that refer to it stand in which section, and what its measurements come to.

import type { ObservationColumns } from './api_types'
import type { RegisterItem, RelatedItem, SystemItem } from './register_types'

export const fileSections = ['permit', 'outlets', 'live', 'waste', 'ldar', 'cases', 'inspections', 'credit', 'other'] as const
export type FileSection = (typeof fileSections)[number]

const homes: Record<string, FileSection> = {
  permit: 'permit', outlet: 'outlets', 'outlet-limit': 'outlets', 'waste-container': 'waste', 'waste-account': 'waste', 'waste-month': 'waste', 'waste-waybill': 'waste',
  'ldar-component': 'ldar', 'ldar-test': 'ldar', 'ldar-leak': 'ldar', 'enterprise-inspection': 'inspections', 'credit-event': 'credit',
}

/** A register that has no place of its own stands among the cases where it is one, else among the others. */
export function sectionOf(register: string, kind: RegisterItem['kind'] | undefined): FileSection {
  return homes[register] ?? (kind === 'case' ? 'cases' : 'other')
}

export interface FilePart {
  register: string
  field: string
  item: RelatedItem
}

/** What refers to the enterprise, by section; sections keep their order, also where nothing is in them. */
export function fileParts(items: readonly RelatedItem[], systems: readonly SystemItem[]): Record<FileSection, FilePart[]> {
  const kinds = new Map(systems.flatMap((s) => s.registers.map((r) => [r.id, r.kind] as const)))
  const parts = Object.fromEntries(fileSections.map((s) => [s, [] as FilePart[]])) as Record<FileSection, FilePart[]>
  for (const item of items) parts[sectionOf(item.register, kinds.get(item.register))].push({ register: item.register, field: item.field, item })
  return parts
}

export interface SeriesSummary {
  property: string
  unit: string
  averaging: string
  /** values that count; those that quality or the device voids are left out and counted beside */
  count: number
  voided: number
  mean: number | null
  highest: number | null
  last: number | null
  last_at: string | null
  /** share of the height, oldest first, for a line; null where there is none */
  line: (number | null)[]
}

/** What thirty days of a series come to. */
export function summary(item: ObservationColumns): SeriesSummary {
  const good = item.value.map((v, i) => (v === null || item.quality[i]?.some((q) => q.voids) ? null : v))
  const values = good.filter((v): v is number => v !== null)
  const highest = values.length > 0 ? Math.max(...values) : null
  const lowest = values.length > 0 ? Math.min(0, ...values) : 0
  const lastAt = good.map((v, i) => (v === null ? -1 : i)).reduce((a, b) => Math.max(a, b), -1)
  return {
    property: item.series.property,
    unit: item.series.unit,
    averaging: item.series.averaging,
    count: values.length,
    voided: item.value.filter((v, i) => v !== null && good[i] === null).length,
    mean: values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : null,
    highest,
    last: lastAt < 0 ? null : good[lastAt]!,
    last_at: lastAt < 0 ? null : item.phenomenon_end[lastAt]!,
    line: good.map((v) => (v === null || highest === null || highest === lowest ? null : (v - lowest) / (highest - lowest))),
  }
}

/** The line as the points of an SVG polyline, a piece for each stretch without a gap. */
export function pieces(line: readonly (number | null)[], width: number, height: number): string[] {
  const all: string[] = []
  let piece: string[] = []
  line.forEach((v, i) => {
    if (v === null) {
      if (piece.length > 0) all.push(piece.join(' '))
      piece = []
      return
    }
    const x = line.length < 2 ? 0 : (i / (line.length - 1)) * width
    piece.push(`${x.toFixed(1)},${((1 - v) * height).toFixed(1)}`)
  })
  if (piece.length > 0) all.push(piece.join(' '))
  return all
}
