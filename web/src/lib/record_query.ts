// What is asked of a register's list: the address holds it, the API is asked by it, and the export takes the same.

import type { Field, Register, RegisterView } from './register_types'
import type { RegistersView } from './route_registers'

export const tests = ['equal', 'any_of', 'at_least', 'at_most', 'begins', 'present', 'absent'] as const
export type Test = (typeof tests)[number]

export interface Condition {
  field: string
  test: Test
  values: string[]
}

export function readCondition(text: string): Condition | null {
  const [field = '', test = '', ...rest] = text.split(':')
  if (field === '' || !(tests as readonly string[]).includes(test)) return null
  const value = rest.join(':')
  return { field, test: test as Test, values: value === '' ? [] : value.split('|') }
}

export function writeCondition(c: Condition): string {
  const bare = c.test === 'present' || c.test === 'absent'
  return bare ? `${c.field}:${c.test}` : `${c.field}:${c.test}:${c.values.join('|')}`
}

const testsByType: Record<Field['type'], readonly Test[]> = {
  text: ['begins', 'equal', 'present', 'absent'],
  number: ['at_least', 'at_most', 'equal', 'present', 'absent'],
  whole: ['at_least', 'at_most', 'equal', 'present', 'absent'],
  'yes-no': ['equal', 'present', 'absent'],
  date: ['at_least', 'at_most', 'equal', 'present', 'absent'],
  time: ['at_least', 'at_most', 'present', 'absent'],
  code: ['any_of', 'present', 'absent'],
  reference: ['any_of', 'present', 'absent'],
  site: ['equal', 'present', 'absent'],
  point: [],
  line: [],
  area: [],
  files: [],
}

export const testsOf = (field: Field): readonly Test[] => testsByType[field.type]

/** What the server can find and sort by, as the description says. */
export function filterable(register: Register): Field[] {
  return register.fields.filter((f) => testsOf(f).length > 0 && f.index === true)
}

export function viewOf(register: Register, id: string | null): RegisterView | null {
  return register.views.find((v) => v.id === id) ?? register.views[0] ?? null
}

type Query = Record<string, string | string[] | null>

/** Which records: the same for list, count, export and tiles. */
export function filterQuery(register: Register, v: RegistersView): Query {
  return { view: viewOf(register, v.view)?.id ?? null, words: v.words.trim() || null, where: v.where, state: v.states, as_known_at: v.at, gone: v.gone ? 'yes' : null, ...(v.box ? { bbox: v.box } : {}) }
}

/** And in which order. */
export function listQuery(register: Register, v: RegistersView): Query {
  return { ...filterQuery(register, v), sort: v.sort === null ? null : v.sort.replace(/^-/, ''), falling: v.sort?.startsWith('-') ? 'yes' : null }
}

/** Columns that are there besides the fields. */
export const ownColumns = ['id', 'state', 'due', 'changed'] as const

export interface ColumnOffer {
  id: string
  field: Field | null
}

/** Every column a person may choose, in the order of the pack. */
export function columnOffers(register: Register): ColumnOffer[] {
  const own = ownColumns.filter((c) => register.lifecycle !== null || (c !== 'state' && c !== 'due'))
  return [...own.map((id) => ({ id, field: null })), ...register.fields.filter((f) => f.type !== 'line' && f.type !== 'area').map((f) => ({ id: f.id, field: f }))]
}

/** The columns of a view but for the one that is the title, which stands first by itself; or what the person chose instead; what the pack no longer has is dropped. */
export function columnsOf(register: Register, view: RegisterView | null, chosen: readonly string[] | null): ColumnOffer[] {
  const offers = columnOffers(register)
  const standard = view ? [...view.columns.filter((c) => c !== 'title' && `{${c}}` !== register.title), ...(register.lifecycle ? ['state', 'due'] : [])] : register.fields.slice(0, 6).map((f) => f.id)
  return [...new Set(chosen ?? standard)].flatMap((id) => offers.find((o) => o.id === id) ?? [])
}

/** The next order after pressing a column's head: rising, falling, as the view says. */
export function nextSort(now: string | null, column: string): string | null {
  if (now === column) return `-${column}`
  return now === `-${column}` ? null : column
}

/** Fields that a bulk edit can set. */
export function bulkFields(register: Register): Field[] {
  return register.fields.filter((f) => !f.formula && !f.unique && f.type !== 'files' && f.type !== 'point' && f.type !== 'line' && f.type !== 'area')
}

