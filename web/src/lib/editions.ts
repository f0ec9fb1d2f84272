// Which editions of which standard can be asked for a kind of site.

import type { Edition, RuleFace, Standards } from './api_types'

const rulesOfKind: Record<string, string[]> = {
  'air-station': ['aqi-hourly'],
  city: ['aqi-daily'],
  'river-section': ['water-class'],
}

/** Further rules that the values of a kind, taken as the archive holds them, can be judged by. */
const furtherRules: Record<string, string[]> = { city: ['ambient-air'] }

export function editionsFor(kind: string, standards: Standards | null): Edition[] {
  const rules = rulesOfKind[kind] ?? []
  return (standards?.items ?? []).filter((e) => e.rules.some((r) => rules.includes(r)))
}

/** The asked edition if it speaks of this kind; null leaves the choice to the date of the data. */
export function editionFor(kind: string, asked: string | null, standards: Standards | null): string | null {
  return asked !== null && editionsFor(kind, standards).some((e) => e.edition === asked) ? asked : null
}

/** The rule whose judgements make the history of a kind. */
export function historyRule(kind: string): string | null {
  return rulesOfKind[kind]?.[0] ?? null
}

/** Rules under which editions can be compared for a kind: those with two editions or more, its own first. */
export function comparedRules(kind: string, standards: Standards | null): RuleFace[] {
  const asked = [...(rulesOfKind[kind] ?? []), ...(furtherRules[kind] ?? [])]
  return asked.flatMap((id) => standards?.rules.filter((r) => r.rule === id && r.editions.length > 1) ?? [])
}
