// The systems that the city's plan asks for: found by Chinese name, pinyin, clause and English.

import { soundsLike } from './pinyin'
import type { PlanRow } from './register_types'

/** Whether a row has every word: in its names, its number, its clauses ("5.2"), or as its name is read. */
export function rowHas(row: PlanRow, words: string): boolean {
  const texts = [row.id, row.name.zh, row.name.en, row.clause].join('\n').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '')
    .every((w) => (/^\d+\.\d+$/.test(w) ? row.clauses.includes(w) : texts.includes(w) || soundsLike(row.pinyin, w)))
}

/** Rows by the groups of the plan, in its order; groups without a row are left out. */
export function rowsByGroup(rows: readonly PlanRow[], words: string): { group: PlanRow['group']; rows: PlanRow[] }[] {
  const groups: { group: PlanRow['group']; rows: PlanRow[] }[] = []
  for (const row of rows.filter((r) => rowHas(r, words))) {
    const last = groups.find((g) => g.group.en === row.group.en)
    if (last) last.rows.push(row)
    else groups.push({ group: row.group, rows: [row] })
  }
  return groups
}
