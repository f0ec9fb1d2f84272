// The part of the address that is the registers': which register, what of it is asked for, which record is open.

export const registerParts = ['menu', 'list', 'new', 'import', 'record', 'edit', 'file', 'pack', 'rows', 'system'] as const
export type RegisterPart = (typeof registerParts)[number]

export interface RegistersView {
  part: RegisterPart
  register: string | null
  /** a system of the plan, "S072" */
  row?: string
  /** id of the open record */
  record: string | null
  /** view of the pack; null: the first */
  view: string | null
  /** full text */
  words: string
  /** conditions as the API writes them: "kind:equal:kiln" */
  where: string[]
  states: string[]
  /** "name", "-name" falling; null: as the view says */
  sort: string | null
  /** as it was known at that moment */
  at: string | null
  gone: boolean
  /** the map beside the list */
  map: boolean
  /** only what lies there: "west,south,east,north" in degrees */
  box?: string | null
}

export const startRegisters: RegistersView = {
  part: 'menu', register: null, record: null, view: null, words: '', where: [], states: [], sort: null, at: null, gone: false, map: false,
}

const name = /^[a-z][a-z0-9_-]{0,39}$/
const rowName = /^S\d{3}$/
const condition = /^[a-z][a-z0-9_-]{0,39}:(?:equal|any_of|at_least|at_most|begins|present|absent)(?::[^\u0000-\u001f]{0,400})?$/
const sorting = /^-?[a-z][a-z0-9_-]{0,39}$/
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?Z$/
const box = /^-?\d{1,3}(?:\.\d{1,8})?(?:,-?\d{1,3}(?:\.\d{1,8})?){3}$/
const words_max = 200
const id_max = 200
const where_max = 20
const plain = (text: string): boolean => !/[\u0000-\u001f]/.test(text)

const needsRecord: readonly RegisterPart[] = ['record', 'edit', 'file']
const needsRegister: readonly RegisterPart[] = ['list', 'new', 'import', 'record', 'edit', 'file']

function partOf(asked: string | null, register: string | null, record: string | null): RegisterPart {
  const known = (registerParts as readonly string[]).includes(asked ?? '') ? (asked as RegisterPart) : null
  if (register === null) return known === 'pack' || known === 'rows' ? known : 'menu'
  if (record !== null) return known === 'edit' || known === 'file' ? known : 'record'
  return known !== null && needsRegister.includes(known) && !needsRecord.includes(known) ? known : 'list'
}

/** `path` may name register and record itself, "registers/fume-unit/YY000001", as printed codes do, or a system of the plan, "registers/S072". */
export function readRegisters(path: string, q: URLSearchParams): RegistersView {
  const steps = path.split('/').slice(1).map(decoded)
  const text = (key: string, max: number): string | null => {
    const v = q.get(key)
    return v !== null && v !== '' && v.length <= max && plain(v) ? v : null
  }
  const row = steps[0] ?? q.get('row') ?? ''
  if (rowName.test(row)) return { ...startRegisters, part: 'system', row }
  const asName = (v: string | null | undefined): string | null => (v && name.test(v) ? v : null)
  const register = asName(steps[0] ?? q.get('register'))
  const id = steps[1] ?? text('record', id_max)
  const record = register !== null && id && id.length <= id_max && plain(id) ? id : null
  const part = partOf(q.get('part'), register, record)
  if (register === null) return { ...startRegisters, part }
  const at = q.get('as')
  const sort = q.get('sort')
  return {
    part,
    register,
    record,
    view: asName(q.get('view')),
    words: text('q', words_max) ?? '',
    where: q.getAll('where').filter((w) => condition.test(w)).slice(0, where_max),
    states: q.getAll('in').filter((s) => name.test(s)),
    sort: sort !== null && sorting.test(sort) ? sort : null,
    at: at !== null && instant.test(at) && !Number.isNaN(Date.parse(at)) ? at : null,
    gone: q.get('gone') === 'yes',
    map: q.get('map') === 'yes',
    ...(box.test(q.get('box') ?? '') ? { box: q.get('box') } : {}),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

export function writeRegisters(r: RegistersView, q: URLSearchParams): void {
  if (r.register === null) {
    if (r.part === 'pack' || r.part === 'rows') q.set('part', r.part)
    if (r.part === 'system' && r.row) q.set('row', r.row)
    return
  }
  q.set('register', r.register)
  if (r.record !== null) q.set('record', r.record)
  if (r.part !== 'list' && r.part !== 'record' && r.part !== 'menu') q.set('part', r.part)
  if (r.view) q.set('view', r.view)
  if (r.words) q.set('q', r.words)
  for (const w of r.where) q.append('where', w)
  for (const s of r.states) q.append('in', s)
  if (r.sort) q.set('sort', r.sort)
  if (r.at) q.set('as', r.at)
  if (r.gone) q.set('gone', 'yes')
  if (r.map) q.set('map', 'yes')
  if (r.box) q.set('box', r.box)
}
