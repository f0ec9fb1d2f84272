// What a member of the public is asked for, made from the register's description: what, where, when, a photo, words. Only what
// the form of the pack needs; who tells is asked last, and may stay empty.

import type { Geometry } from 'geojson'
import { keyField } from './field_queue'
import { fromField } from './wall'
import type { Code, Field, Register, Values } from './register_types'

export interface TellFields {
  kind: Field | null
  kinds: Code[]
  place: Field | null
  when: Field | null
  photos: Field | null
  /** the long words */
  story: Field | null
  /** a short needed text, made of kind and words where nothing is typed */
  subject: Field | null
  /** of the person who tells: never shown */
  personal: Field[]
  /** yes or no, beside the personal ones */
  answer: Field | null
}

const long = 200

/** Registers that anybody may add to, cases first. */
export function tellable(registers: readonly { id: string; kind: string; may: { create: boolean } }[]): string[] {
  return registers.filter((r) => r.may.create && r.kind === 'case').map((r) => r.id)
}

export function tellFields(register: Register): TellFields {
  const open = register.fields.filter((f) => !f.formula && f.id !== keyField)
  const first = (test: (f: Field) => boolean): Field | null => open.find(test) ?? null
  const kind = first((f) => f.type === 'code' && f.needed === true && !f.many && f.of !== 'division')
  return {
    kind,
    kinds: register.codes.find((c) => c.id === kind?.of)?.items ?? [],
    place: first((f) => f.type === 'point'),
    when: first((f) => f.type === 'time' && f.needed === true) ?? first((f) => f.type === 'time'),
    photos: first((f) => f.type === 'files'),
    story: first((f) => f.type === 'text' && !f.personal && (f.length_max ?? 0) > long),
    subject: first((f) => f.type === 'text' && !f.personal && f.needed === true && (f.length_max ?? long) <= long),
    personal: open.filter((f) => f.personal === true && f.type === 'text'),
    answer: first((f) => f.type === 'yes-no'),
  }
}

export interface Told {
  kind: string
  lon: number | ''
  lat: number | ''
  /** as a datetime-local field shows it, Beijing time */
  when: string
  story: string
  personal: Record<string, string>
  answer: boolean
}

/** "恶臭异味：夜里有刺鼻气味", cut to what the field holds. */
function subjectOf(kind: string, story: string, length: number): string {
  const line = story.trim().split(/\n/)[0] ?? ''
  return (line === '' ? kind : `${kind}：${line}`).slice(0, length)
}

/** The values of the record, without its photos. `kindName` is the chosen kind in the language of the city. */
export function tellValues(fields: TellFields, told: Told, kindName: string): Values {
  const values: Values = {}
  if (fields.kind && told.kind !== '') values[fields.kind.id] = told.kind
  if (fields.place && told.lon !== '' && told.lat !== '') values[fields.place.id] = { type: 'Point', coordinates: [told.lon, told.lat] } as Geometry
  const at = fromField(told.when)
  if (fields.when && at !== null) values[fields.when.id] = at
  if (fields.story && told.story.trim() !== '') values[fields.story.id] = told.story.trim()
  if (fields.subject) values[fields.subject.id] = subjectOf(kindName, told.story, fields.subject.length_max ?? long)
  for (const f of fields.personal) {
    const v = (told.personal[f.id] ?? '').trim()
    if (v !== '') values[f.id] = v
  }
  if (fields.answer && told.answer) values[fields.answer.id] = true
  return values
}

/** What must be there before it can be sent. */
export function tellMissing(fields: TellFields, told: Told): ('kind' | 'place' | 'when')[] {
  const out: ('kind' | 'place' | 'when')[] = []
  if (fields.kind && told.kind === '') out.push('kind')
  if (fields.place && (told.lon === '' || told.lat === '')) out.push('place')
  if (fields.when && fromField(told.when) === null) out.push('when')
  return out
}

export interface Followed {
  register: string
  name?: { zh: string; en: string }
  state: string
  state_name: { zh: string; en: string }
  /** each with the step that led to it */
  states: { state: string; zh: string; en: string; at: string; by: { zh: string; en: string } | null }[]
  outcome: string | null
  values?: Values
  can_reopen: boolean
  title: string
  /** the last moment to say "not solved" */
  reopen_until: string | null
  outcome_files: { hash: string; media_type: string; bytes: number }[]
  dues: { deadline: string; zh: string; en: string; ends: string; overdue: boolean }[]
}
