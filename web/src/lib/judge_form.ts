// The form that asks POST /api/v1/judge: what a person typed, as the line the server reads. Nothing is judged here; what
// cannot be read as a number goes to the server as it stands, so that the refusal is the server's.

export interface InputRow {
  name: string
  value: string
  unit: string
}

export interface JudgeForm {
  rule: string
  /** '' lets the date choose */
  edition: string
  date: string
  given: Record<string, string>
  rows: InputRow[]
}

export const emptyRow = (): InputRow => ({ name: '', value: '', unit: '' })

type One = number | string | null

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const missing = /^(na|n\/a|null|nan|none|-|—|缺测|)$/i

/** A number; null for what stands for a missing value; else the text itself. */
function one(text: string): One {
  const plain = text.trim().replace(/−/g, '-')
  if (missing.test(plain)) return null
  return number.test(plain) ? Number(plain) : plain
}

export interface ReadValue {
  value?: One
  series?: One[]
  below_detection?: true
}

const between = /[,，、;；\n\t]/

/** Cells of a list; a comma that ends a line or the whole list stands for no further cell. */
function cellsOf(list: string): string[] {
  if (!between.test(list)) return list.split(/\s+/)
  const plain = list.replace(/[，、;；\t]/g, ',').replace(/,[^\S\n]*(\n|$)/g, (_, end: string) => (end === '' ? '' : ','))
  return plain.split(/[,\n]/)
}

/**
 * "35" is a value; "35, 40, , 20", or one a line, is a series with a gap; "35," is a series of one. "<0.01" and "0.01L"
 * (as laboratories write) are a result below the detection limit 0.01.
 */
export function readValue(text: string): ReadValue {
  const whole = text.trim()
  const apart = whole.split(/\s+/)
  if (between.test(whole) || (apart.length > 1 && apart.every((v) => number.test(v)))) return { series: cellsOf(whole).map(one) }
  const below = /^[<＜]\s*(\S+)$/.exec(whole) ?? /^([\d.]+)\s*L$/.exec(whole)
  const limit = below ? one(below[1] ?? '') : null
  if (typeof limit === 'number') return { value: limit, below_detection: true }
  return { value: one(whole) }
}

function inputOf(row: InputRow): unknown {
  const read = readValue(row.value)
  const unit = row.unit.trim()
  if (unit === '' && !read.below_detection) return read.series ?? read.value
  return { ...read, ...(unit === '' ? {} : { unit }) }
}

/** Rows that say nothing at all are left out. */
const filled = (row: InputRow): boolean => row.name.trim() !== '' || row.value.trim() !== ''

export interface FormFault {
  row: number
  kind: 'no-name' | 'twice'
}

/** What an object of named inputs cannot even say: a value without a name, or one name twice. */
export function faultOf(rows: readonly InputRow[]): FormFault | null {
  const seen = new Set<string>()
  for (const [row, r] of rows.entries()) {
    if (!filled(r)) continue
    const name = r.name.trim()
    if (name === '') return { row, kind: 'no-name' }
    if (seen.has(name)) return { row, kind: 'twice' }
    seen.add(name)
  }
  return null
}

export function bodyOf(form: JudgeForm): Record<string, unknown> {
  const given = Object.entries(form.given).filter(([, v]) => v.trim() !== '').map(([k, v]) => [k, v.trim()])
  const inputs = form.rows.filter(filled).map((r) => [r.name.trim(), inputOf(r)])
  return { ...Object.fromEntries(given), date: form.date.trim(), inputs: Object.fromEntries(inputs) }
}

/** Where a problem's `field` stands in the form: a row, a circumstance, the date, the edition; null: nowhere in particular. */
export function placeOf(field: string | null, form: JudgeForm): string | null {
  if (field === null) return null
  if (field.startsWith('inputs.')) {
    const at = form.rows.findIndex((r) => r.name.trim() === field.slice('inputs.'.length))
    return at < 0 ? 'inputs' : `row-${at}`
  }
  if (field === 'inputs' || field === 'date' || field === 'edition' || field === 'rule') return field
  return field in form.given ? `given-${field}` : null
}
