// What changed between versions of a record; and of two edits of the same one, which fields both touched.

import { sameValue } from './record_form'
import type { Field, RegisterRecord, Value, Values } from './register_types'

export interface FieldChange {
  field: Field
  before: Value
  after: Value
}

export function fieldChanges(fields: readonly Field[], before: Values, after: Values): FieldChange[] {
  return fields.filter((f) => !sameValue(before[f.id], after[f.id])).map((field) => ({ field, before: before[field.id] ?? null, after: after[field.id] ?? null }))
}

export interface Version {
  record: RegisterRecord
  /** of the one before; of the first, what it began with */
  changes: FieldChange[]
  /** state before, where it changed */
  from_state: string | null
  /** step that was taken with this version */
  step: RegisterRecord['steps'][number] | null
  withdrawn: boolean
}

/** Versions newest first, each with what it changed. `history` is oldest first, as the API gives it. */
export function versions(fields: readonly Field[], history: readonly RegisterRecord[]): Version[] {
  const out = history.map((record, i): Version => {
    const before = history[i - 1]
    return {
      record,
      changes: fieldChanges(fields, before?.values ?? {}, record.values),
      from_state: before && before.state !== record.state ? before.state : null,
      step: record.steps.length > (before?.steps.length ?? 0) ? (record.steps.at(-1) ?? null) : null,
      withdrawn: record.gone && before?.gone === false,
    }
  })
  return out.reverse()
}

export interface Clash {
  field: Field
  before: Value
  mine: Value
  theirs: Value
  /** both changed it, to different values: a person must choose */
  both: boolean
}

/** Fields that I or somebody else changed since `before`. `mine` holds only what I changed. */
export function clashes(fields: readonly Field[], before: Values, mine: Values, theirs: Values): Clash[] {
  return fields.flatMap((field): Clash[] => {
    const was = before[field.id] ?? null
    const other = theirs[field.id] ?? null
    const touched = field.id in mine && !sameValue(mine[field.id], was)
    const own = touched ? (mine[field.id] ?? null) : was
    const changed = !sameValue(other, was)
    if (!touched && !changed) return []
    return [{ field, before: was, mine: own, theirs: other, both: touched && changed && !sameValue(own, other) }]
  })
}

export type Choice = 'mine' | 'theirs'

/** At first each side keeps what it alone changed; of what both changed, theirs stands until a person says otherwise. */
export function startChoices(list: readonly Clash[], before: Values): Record<string, Choice> {
  return Object.fromEntries(list.map((c) => [c.field.id, !c.both && !sameValue(c.mine, before[c.field.id]) ? 'mine' : 'theirs']))
}

/** What must still be changed of theirs, as chosen. */
export function merged(list: readonly Clash[], choices: Record<string, Choice>): Values {
  return Object.fromEntries(list.filter((c) => choices[c.field.id] === 'mine' && !sameValue(c.mine, c.theirs)).map((c) => [c.field.id, c.mine]))
}

/** The newest record that a refusal of a stale edit carries. */
export function newestOf(error: { newest: unknown } | null): RegisterRecord | null {
  const newest = error?.newest
  return typeof newest === 'object' && newest !== null && 'revision' in newest ? (newest as RegisterRecord) : null
}
