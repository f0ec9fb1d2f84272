// What was done in the field and is not at the server yet: an errand. It is kept before it is tried, so that a page that is
// closed, killed or without network loses nothing; and it carries a key of its own making, so that sending it again stores
// nothing twice. Here is the order of things alone; where errands are kept and how the server is reached are ports.

import type { Instant } from './api_types'
import type { ApiError, Finding } from './problem'
import type { RegisterRecord, Value, Values } from './register_types'

export interface ErrandFile {
  /** of its bytes in this browser */
  id: string
  name: string
  media_type: string
  bytes: number
  taken_at: Instant | null
  lon: number | null
  lat: number | null
  /** SHA-256 of the bytes when they were taken in; null where the browser cannot tell */
  sha256: string | null
  /** name of the content at the server; null while it is not there */
  hash: string | null
  /** field of the record, or evidence of the step, that it is for */
  field: string | null
  evidence: string | null
}

/** A series and a stretch of it, as evidence; the server reads the values. */
export interface ErrandMeasure {
  evidence: string
  site: string
  property: string
  from: Instant
  to: Instant
  /** instrument, and what else is to be known */
  note: string
}

export type ErrandState = 'draft' | 'waiting' | 'stored' | 'refused' | 'conflict'

export interface Errand {
  /** made here before the first try; the record's `client_key` where its register has that field */
  key: string
  made_at: Instant
  who: string
  kind: 'create' | 'step'
  register: string
  title: string
  /** of a step: the record as it was seen */
  id: string | null
  revision: number | null
  step: string | null
  values: Values
  why: string
  files: ErrandFile[]
  /** absent in errands kept by an older page */
  measures?: ErrandMeasure[]
  /** the register has the field `client_key`, and the server refuses a second record with the same */
  keyed: boolean
  state: ErrandState
  /** a try began whose answer was not seen: it may be stored */
  uncertain: boolean
  tries: number
  problem: ErrandProblem | null
  stored: { id: string; revision: number } | null
}

export interface ErrandProblem {
  status: number
  message: string
  findings: readonly Finding[]
  newest: RegisterRecord | null
}

export type Evidence = { id: string; file: string; note: string } | { id: string; site: string; property: string; from: Instant; to: Instant; note: string }

export interface QueuePorts {
  /** Resolves when the errand is kept for good. */
  save(errand: Errand): Promise<void>
  /** Sends the bytes of a file; gives the hash of its content. */
  upload(file: ErrandFile): Promise<string>
  create(register: string, values: Values, why: string): Promise<RegisterRecord>
  take(register: string, id: string, step: string, request: { revision: number; why: string; values: Values; evidence: Evidence[] }): Promise<RegisterRecord>
  /** The record of that key; of a register without the field, one with the same values by the same person. */
  find(errand: Errand, values: Values): Promise<RegisterRecord | null>
  /** The bytes are at the server and the errand is stored: they may go. */
  forget(files: readonly ErrandFile[]): Promise<void>
}

export const keyField = 'client_key'

const isApiError = (e: unknown): e is ApiError => e instanceof Error && 'status' in e && 'findings' in e
/** The server could not be reached, or could not answer: another time. */
const tryLater = (status: number): boolean => status === 0 || status === 429 || status >= 500
const speaksOfKey = (e: ApiError): boolean => e.field === keyField || e.findings.some((f) => f.field === keyField)

/** The values as they are sent: with the hashes of the photos, and the key. */
export function sentValues(errand: Errand): Values {
  const values: Record<string, Value> = { ...errand.values }
  for (const f of errand.files) {
    if (f.field === null || f.hash === null) continue
    const had = values[f.field]
    const list = Array.isArray(had) ? had.map(String) : []
    values[f.field] = list.includes(f.hash) ? list : [...list, f.hash]
  }
  if (errand.keyed && errand.kind === 'create') values[keyField] = errand.key
  return values
}

export function sentEvidence(errand: Errand): Evidence[] {
  const files = errand.files.flatMap((f): Evidence[] => (f.evidence !== null && f.hash !== null ? [{ id: f.evidence, file: f.hash, note: '' }] : []))
  return [...files, ...(errand.measures ?? []).map(({ evidence, ...of }): Evidence => ({ id: evidence, ...of }))]
}

/** Whether the step of the errand is among those the record went through since it was seen. */
export function hasTaken(record: Pick<RegisterRecord, 'steps' | 'revision'>, errand: Errand): boolean {
  const files = sentEvidence(errand).flatMap((e) => ('file' in e ? [e.file] : [])).sort().join(' ')
  return (
    record.revision > (errand.revision ?? 0) &&
    record.steps.some((s) => s.step === errand.step && s.why === errand.why && s.evidence.flatMap((e) => e.file ?? []).sort().join(' ') === files)
  )
}

function problemOf(e: ApiError): ErrandProblem {
  const newest = typeof e.newest === 'object' && e.newest !== null && 'revision' in e.newest ? (e.newest as RegisterRecord) : null
  return { status: e.status, message: e.message, findings: e.findings, newest }
}

async function uploaded(errand: Errand, ports: QueuePorts): Promise<Errand> {
  let now = errand
  for (const file of errand.files) {
    if (file.hash !== null) continue
    const hash = await ports.upload(file)
    now = { ...now, files: now.files.map((f) => (f.id === file.id ? { ...f, hash } : f)) }
    await ports.save(now)
  }
  return now
}

async function stored(errand: Errand, record: Pick<RegisterRecord, 'id' | 'revision'>, ports: QueuePorts): Promise<Errand> {
  const done: Errand = { ...errand, state: 'stored', uncertain: false, problem: null, stored: { id: record.id, revision: record.revision } }
  await ports.save(done)
  await ports.forget(done.files)
  return done
}

async function create(errand: Errand, ports: QueuePorts): Promise<Errand> {
  const values = sentValues(errand)
  if (errand.uncertain) {
    const found = await ports.find(errand, values)
    if (found) return stored(errand, found, ports)
  }
  const trying: Errand = { ...errand, uncertain: true }
  await ports.save(trying)
  try {
    return await stored(trying, await ports.create(errand.register, values, errand.why), ports)
  } catch (e) {
    if (!isApiError(e) || !(e.status === 422 || e.status === 409) || !speaksOfKey(e)) throw e
    // Somebody was faster: ourselves, by a try whose answer was not seen.
    const found = await ports.find(errand, values)
    if (!found) throw e
    return stored(trying, found, ports)
  }
}

async function take(errand: Errand, ports: QueuePorts): Promise<Errand> {
  const trying: Errand = { ...errand, uncertain: true }
  await ports.save(trying)
  try {
    const request = { revision: errand.revision ?? 0, why: errand.why, values: errand.values, evidence: sentEvidence(errand) }
    return await stored(trying, await ports.take(errand.register, errand.id ?? '', errand.step ?? '', request), ports)
  } catch (e) {
    const newest = isApiError(e) && e.status === 409 ? problemOf(e).newest : null
    if (newest && hasTaken(newest, errand)) return stored(trying, newest, ports)
    throw e
  }
}

/**
 * One try. Gives the errand as it then stands, which is also what is kept. What is no answer of the server (a killed page, a
 * full disk) is thrown on; the errand stands as it was last saved.
 */
export async function sendErrand(errand: Errand, ports: QueuePorts): Promise<Errand> {
  if (errand.state !== 'waiting') return errand
  let now: Errand = { ...errand, tries: errand.tries + 1, problem: null }
  try {
    now = await uploaded(now, ports)
    return await (now.kind === 'create' ? create(now, ports) : take(now, ports))
  } catch (e) {
    if (!isApiError(e)) throw e
    const problem = problemOf(e)
    // After an answer that refuses, we know that nothing was stored by this try; an earlier one may have been.
    const later = tryLater(e.status) || e.status === 401
    const state: ErrandState = later ? 'waiting' : e.status === 409 ? 'conflict' : 'refused'
    const after: Errand = { ...now, state, problem, uncertain: true }
    await ports.save(after)
    return after
  }
}

export interface Drained {
  errands: Errand[]
  /** the server could not be reached: there is no point in trying the next */
  unreachable: boolean
}

/** Tries what is waiting, the oldest first, until the server cannot be reached. `told` hears of each that has moved. */
export async function drain(errands: readonly Errand[], ports: QueuePorts, told: (errand: Errand) => void = () => undefined): Promise<Drained> {
  const out = [...errands]
  const order = out.filter((e) => e.state === 'waiting').sort((a, b) => a.made_at.localeCompare(b.made_at) || a.key.localeCompare(b.key))
  for (const errand of order) {
    const after = await sendErrand(errand, ports)
    out[out.findIndex((e) => e.key === errand.key)] = after
    told(after)
    if (after.state === 'waiting' && after.problem?.status === 0) return { errands: out, unreachable: true }
  }
  return { errands: out, unreachable: false }
}

/** After a conflict, a person says: mine still holds. It is sent for the newest record. */
export function keepMine(errand: Errand): Errand {
  const newest = errand.problem?.newest
  return newest ? { ...errand, state: 'waiting', revision: newest.revision, problem: null } : { ...errand, state: 'waiting', problem: null }
}

/** A refused errand is written on; its key stays, so that nothing is stored twice. */
export const writeOn = (errand: Errand): Errand => ({ ...errand, state: 'draft' })

export function newErrand(from: Pick<Errand, 'key' | 'made_at' | 'who' | 'kind' | 'register' | 'title' | 'keyed'> & Partial<Errand>): Errand {
  return {
    id: null, revision: null, step: null, values: {}, why: '', files: [], state: 'draft', uncertain: false, tries: 0, problem: null, stored: null, ...from,
  }
}

/** What a list of the field shows first: what a person must look at, what waits, drafts, what is done. */
const rank: Record<ErrandState, number> = { conflict: 0, refused: 1, draft: 2, waiting: 3, stored: 4 }

export function inOrder(errands: readonly Errand[]): Errand[] {
  return [...errands].sort((a, b) => rank[a.state] - rank[b.state] || b.made_at.localeCompare(a.made_at) || a.key.localeCompare(b.key))
}

const kept_ms = 7 * 24 * 3_600_000

/** Stored errands of more than a week ago need not be kept. */
export const outlived = (errand: Errand, now_ms: number): boolean => errand.state === 'stored' && now_ms - Date.parse(errand.made_at) > kept_ms

/** Records compared as sent: every value we sent is there as we sent it. */
export function holds(record: Pick<RegisterRecord, 'values'>, values: Values): boolean {
  return Object.entries(values).every(([key, v]) => JSON.stringify(record.values[key] ?? null) === JSON.stringify(v ?? null))
}
