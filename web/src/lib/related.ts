// One enterprise, one file: the records that refer to one, grouped by the field of work of their system.

import type { Register, RelatedItem, SystemItem } from './register_types'

export const groups = ['air', 'water', 'soil', 'waste', 'ecology', 'carbon', 'risk', 'governance', 'sources'] as const

/** Systems by group, in the order of the plan; a group that is not known comes last. */
export function byGroup<T extends { group: string }>(items: readonly T[]): { group: string; items: T[] }[] {
  const order = (g: string): number => {
    const i = (groups as readonly string[]).indexOf(g)
    return i < 0 ? groups.length : i
  }
  const names = [...new Set(items.map((i) => i.group))].sort((a, b) => order(a) - order(b))
  return names.map((group) => ({ group, items: items.filter((i) => i.group === group) }))
}

export interface RelatedPart {
  register: string
  item: RelatedItem
  kind: Register['kind'] | null
  group: string
}

/** What refers to a record, by group; registers without a record are left out. */
export function relatedParts(items: readonly RelatedItem[], systems: readonly SystemItem[]): { group: string; items: RelatedPart[] }[] {
  const home = new Map(systems.flatMap((s) => s.registers.map((r) => [r.id, { group: s.group, kind: r.kind }] as const)))
  const parts = items
    .filter((i) => i.page.items.length > 0)
    .map((item): RelatedPart => ({ register: item.register, item, kind: home.get(item.register)?.kind ?? null, group: home.get(item.register)?.group ?? 'governance' }))
  return byGroup(parts)
}

/** Systems and registers whose names or ids have every word. */
export function found(systems: readonly SystemItem[], words: string): SystemItem[] {
  const all = words.toLowerCase().split(/\s+/).filter((w) => w !== '')
  const has = (...texts: string[]): boolean => all.every((w) => texts.join('\n').toLowerCase().includes(w))
  return systems.flatMap((s) => {
    const own = [s.id, s.name.zh, s.name.en]
    if (has(...own)) return [s]
    const registers = s.registers.filter((r) => has(...own, r.id, r.name.zh, r.name.en))
    return registers.length > 0 ? [{ ...s, registers }] : []
  })
}
