// What is taken along into the field: a record with all that refers to it, readable without network; and which forms fit it.

import type { Instant } from './api_types'
import { keyField, newErrand, type Errand } from './field_queue'
import type { PossibleStep, Register, RegisterRecord, RelatedItem, Values } from './register_types'

export interface Taken {
  /** register and id */
  key: string
  record: RegisterRecord
  related: RelatedItem[]
  steps: PossibleStep[]
  taken_at: Instant
}

export const takenKey = (register: string, id: string): string => `${register}/${id}`

/** A name nobody else makes: 128 random bits. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
}

/** Registers whose records are made in the field about this one: they refer to it, and the person may create there. */
export function formsFor(record: Pick<RegisterRecord, 'register'>, described: readonly Register[]): { register: Register; field: string }[] {
  return described.flatMap((register) => {
    if (!register.may.create) return []
    const field = register.fields.find((f) => f.type === 'reference' && f.of === record.register && !f.many && !f.formula)
    return field ? [{ register, field: field.id }] : []
  })
}

/** What a new form begins with: whom it is about, today, and the position and county as far as the other record tells. */
export function beginValues(register: Register, about: { record: RegisterRecord; field: string } | null, today: string): Values {
  const values: Values = {}
  if (about) {
    values[about.field] = about.record.id
    for (const f of register.fields) {
      if (f.formula || f.id in values) continue
      const theirs = about.record.values[f.id]
      // What both have by the same name and kind is not asked twice.
      if (theirs !== null && theirs !== undefined && (f.id === 'division' || f.id === 'enterprise' || f.id === 'place')) values[f.id] = theirs
    }
  }
  const day = register.fields.find((f) => f.type === 'date' && f.needed && !f.formula)
  if (day && !(day.id in values)) values[day.id] = today
  return values
}

export function formErrand(register: Register, about: { record: RegisterRecord; field: string } | null, who: string, now: Instant, today: string, name: string): Errand {
  return newErrand({
    key: newKey(), made_at: now, who, kind: 'create', register: register.id, title: about ? `${name} · ${about.record.title}` : name,
    keyed: register.fields.some((f) => f.id === keyField), values: beginValues(register, about, today),
  })
}

export function stepErrand(taken: Taken, step: PossibleStep, who: string, now: Instant, name: string): Errand {
  return newErrand({
    key: newKey(), made_at: now, who, kind: 'step', register: taken.record.register, title: `${name} · ${taken.record.title}`, keyed: false,
    id: taken.record.id, revision: taken.record.revision, step: step.id,
  })
}

/** How many of each evidence are still missing: what the page can tell without the server. */
export function missingEvidence(step: PossibleStep, errand: Pick<Errand, 'files' | 'measures'>): { id: string; missing: number }[] {
  const given = (e: PossibleStep['evidence'][number]): number => (e.kind === 'measurement' ? (errand.measures ?? []) : errand.files).filter((f) => f.evidence === e.id).length
  return step.evidence
    .map((e) => ({ id: e.id, missing: Math.max(0, e.count - given(e)) }))
    .filter((e) => e.missing > 0)
}

/** Fields that are needed and empty: what the page can tell without the server. */
export function missingFields(register: Register, errand: Pick<Errand, 'values' | 'files'>): string[] {
  return register.fields
    .filter((f) => f.needed && !f.formula && f.id !== keyField)
    .filter((f) => {
      const v = errand.values[f.id]
      const empty = v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0)
      return empty && !errand.files.some((x) => x.field === f.id)
    })
    .map((f) => f.id)
}

/**
 * Register and id that a printed code names: an address of this page ("…/#/registers/waste-container/WF000001", also
 * "?register=&record="), or "register/id" alone. Null for anything else.
 */
export function scanned(text: string): { register: string; id: string } | null {
  const name = /^[a-z][a-z0-9-]{0,39}$/
  const hash = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text
  const [path = '', query = ''] = hash.replace(/^\//, '').split('?')
  const q = new URLSearchParams(query)
  const steps = path.split('/').map(decoded)
  const [register, id] = steps[0] === 'registers' ? [steps[1] ?? q.get('register'), steps[2] ?? q.get('record')] : text.includes('#') || steps.length !== 2 ? [null, null] : steps
  return register && id && name.test(register) && id.length <= 120 ? { register, id } : null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
