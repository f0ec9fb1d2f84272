// The plan's targets at a glance: grouped, narrowed, and what stands in the text. Nothing is computed here: progress that nobody has
// worked out is said to be missing.

import type { PlanTarget } from './api_types'
import { matches } from './table'

export const planGroups = ['chapter', 'kind', 'sense'] as const
export type PlanGroup = (typeof planGroups)[number]

export interface PlanFilter {
  chapter: string
  kind: string
  sense: string
  words: string
}

export function shownTargets(all: readonly PlanTarget[], filter: PlanFilter): PlanTarget[] {
  return all.filter((x) => (filter.chapter === '' || x.chapter === filter.chapter) && (filter.kind === '' || x.kind === filter.kind) && (filter.sense === '' || x.sense === filter.sense) && matches(filter.words, x.id, x.name_zh, x.name_en, x.evidence, x.note))
}

/** Values of a group in their order: chapters by number, others the most frequent first. */
export function groupsOf(all: readonly PlanTarget[], by: PlanGroup): { value: string; items: PlanTarget[] }[] {
  const found = new Map<string, PlanTarget[]>()
  for (const x of all) found.set(x[by], [...(found.get(x[by]) ?? []), x])
  const list = [...found].map(([value, items]) => ({ value, items }))
  return by === 'chapter' ? list.sort((a, b) => Number(a.value) - Number(b.value)) : list.sort((a, b) => b.items.length - a.items.length)
}

/** Whether baseline and target are both numbers, so that the way between them can be drawn. */
export function pathOf(x: PlanTarget): { from: number; to: number } | null {
  const from = Number(x.baseline_2025)
  const to = Number(x.target)
  const given = (v: number | string | null): boolean => v !== null && v !== ''
  return given(x.baseline_2025) && given(x.target) && Number.isFinite(from) && Number.isFinite(to) ? { from, to } : null
}

/** "line 25: text" taken apart; the whole as text where there is no line. */
export function clauseOf(evidence: string): { line: number | null; text: string } {
  const m = /^line (\d+): (.*)$/s.exec(evidence)
  return m ? { line: Number(m[1]), text: m[2] ?? '' } : { line: null, text: evidence }
}

export const has = (v: number | string | null): boolean => v !== null && v !== ''
