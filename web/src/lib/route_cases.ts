// The parts of the address that are of cases and people: the case board, the administration, the public's report, the field.

export const caseParts = ['due', 'board', 'alarms'] as const
export type CasePart = (typeof caseParts)[number]
export const adminParts = ['people', 'audit'] as const
export type AdminPart = (typeof adminParts)[number]
export const fieldParts = ['today', 'route', 'take', 'new', 'queue', 'scan'] as const
export type FieldPart = (typeof fieldParts)[number]

export interface CasesView {
  part: CasePart
  admin: AdminPart
  field: FieldPart
  /** register the list or the field form is of */
  register: string | null
  /** record that is open in the field */
  record: string | null
  county: string | null
  owner: string | null
  words: string | null
  /** code of a report that is followed */
  follow: string | null
}

export const startCases: CasesView = { part: 'due', admin: 'people', field: 'today', register: null, record: null, county: null, owner: null, words: null, follow: null }

const name = /^[A-Za-z0-9._-]{1,64}$/
const record = /^[^\u0000-\u001f/?#]{1,120}$/
const words_max = 100

const oneOf = <T extends string>(all: readonly T[], text: string | null, otherwise: T): T => (all as readonly string[]).includes(text ?? '') ? (text as T) : otherwise

/** What is not of this page is left out, so that each page begins as it is. */
export function readCases(page: string, q: URLSearchParams): CasesView {
  const fitting = (key: string, form: RegExp): string | null => {
    const v = q.get(key)
    return v !== null && form.test(v) ? v : null
  }
  const short = (key: string): string | null => {
    const v = (q.get(key) ?? '').trim()
    return v !== '' && v.length <= words_max ? v : null
  }
  const part = q.get('part')
  switch (page) {
    case 'cases':
      return { ...startCases, part: oneOf(caseParts, part, 'due'), register: fitting('register', name), county: fitting('county', name), owner: short('owner'), words: short('words') }
    case 'admin':
      return { ...startCases, admin: oneOf(adminParts, part, 'people') }
    case 'public':
      return { ...startCases, follow: fitting('follow', name), register: fitting('register', name) }
    case 'field':
      return { ...startCases, field: oneOf(fieldParts, part, 'today'), register: fitting('register', name), record: fitting('record', record) }
    default:
      return startCases
  }
}

export function writeCases(page: string, c: CasesView, q: URLSearchParams): void {
  const put = (key: string, value: string | null): void => {
    if (value) q.set(key, value)
  }
  switch (page) {
    case 'cases':
      if (c.part !== 'due') q.set('part', c.part)
      put('register', c.register)
      put('county', c.county)
      put('owner', c.owner)
      put('words', c.words)
      break
    case 'admin':
      if (c.admin !== 'people') q.set('part', c.admin)
      break
    case 'public':
      put('follow', c.follow)
      put('register', c.register)
      break
    case 'field':
      if (c.field !== 'today') q.set('part', c.field)
      put('register', c.register)
      put('record', c.record)
      break
    default:
  }
}
