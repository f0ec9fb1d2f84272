// The field: errands, what was taken along, and how both stand with the server. It is read from this browser first, so that
// a page without network begins where it was.

import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { holds, inOrder, keyField, outlived, type Errand, type ErrandFile, type QueuePorts } from '../lib/field_queue'
import { takenKey, type Taken } from '../lib/field_take'
import type { Caller } from '../lib/people_types'
import { ApiError } from '../lib/problem'
import { readRegister } from '../lib/register_read'
import type { Attachment, PossibleStep, RecordPage, Register, RegisterRecord, RelatedItem, Values } from '../lib/register_types'
import { toInstant } from '../lib/time'
import { asApiError, getJson, postBytes, postJson, step } from '../services/useApi'
import { readAll, readOne, remove, writeOne, writeWithFiles } from '../services/fieldDb'
import { sha256 } from '../services/photo'
import { who } from './person'
import { caller } from './session'
import { t } from './lang'

export const errands = shallowRef<Errand[]>([])
export const taken = shallowRef<Taken[]>([])
/** descriptions of registers, as they were when something was taken along */
export const described = shallowReactive(new Map<string, Register>())
export const fieldReady = ref(false)
/** why this browser keeps nothing */
export const fieldError = ref('')
/** who was last known to ask, for a page without network */
export const knownCaller = shallowRef<Caller | null>(null)

export const ordered = computed(() => inOrder(errands.value))
export const waitingErrands = computed(() => errands.value.filter((e) => e.state === 'waiting').length)
export const troubledErrands = computed(() => errands.value.filter((e) => e.state === 'conflict' || e.state === 'refused').length)
export const fieldPerson = computed(() => who.value || knownCaller.value?.name || '')

export async function loadField(now_ms: number): Promise<void> {
  try {
    const [e, k, d, c] = await Promise.all([readAll<Errand>('errands'), readAll<Taken>('taken'), readAll<Register>('described'), readOne<Caller>('kept', 'caller')])
    const old = e.filter((x) => outlived(x, now_ms))
    if (old.length > 0) await remove('errands', old.map((x) => x.key))
    errands.value = e.filter((x) => !old.includes(x))
    taken.value = k.sort((a, b) => a.record.title.localeCompare(b.record.title, 'zh-CN'))
    for (const r of d) described.set(r.id, r)
    knownCaller.value = c ?? null
    fieldReady.value = true
  } catch (e) {
    fieldError.value = t('field.noStore', { why: e instanceof Error ? e.message : String(e) })
  }
}

/** Who is signed in now will be known without network too. */
export async function keepCaller(): Promise<void> {
  if (!caller.value || caller.value.how === 'nobody') return
  knownCaller.value = caller.value
  await writeOne('kept', 'caller', { ...caller.value })
}

// ---- errands ----------------------------------------------------------------------------------------------------------------

function place(errand: Errand): void {
  const list = errands.value
  errands.value = list.some((e) => e.key === errand.key) ? list.map((e) => (e.key === errand.key ? errand : e)) : [...list, errand]
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Kept first, shown then. */
export async function keepErrand(errand: Errand, files: { id: string; bytes: Blob }[] = []): Promise<void> {
  await writeWithFiles(errand.key, plain(errand), files)
  place(errand)
}

export async function dropErrand(errand: Errand): Promise<void> {
  await remove('errands', [errand.key])
  await remove('files', errand.files.map((f) => f.id))
  errands.value = errands.value.filter((e) => e.key !== errand.key)
}

export const fileBytes = (id: string): Promise<Blob | undefined> => readOne<Blob>('files', id)

async function upload(file: ErrandFile): Promise<string> {
  const bytes = await fileBytes(file.id)
  if (!bytes) throw new ApiError(422, t('field.photoGone', { name: file.name }))
  const hash = await sha256(bytes)
  if (file.sha256 !== null && hash !== null && hash !== file.sha256) throw new ApiError(422, t('field.photoAltered', { name: file.name }))
  const told = await postBytes<Attachment>('attachments', bytes, { name: file.name, taken_at: file.taken_at, lon: file.lon, lat: file.lat })
  if (hash !== null && told.hash !== hash) throw new ApiError(0, t('field.photoBroken', { name: file.name }))
  return told.hash
}

const sought = 50

async function find(errand: Errand, values: Values): Promise<RegisterRecord | null> {
  const path = `registers/${step(errand.register)}/records`
  if (errand.keyed) return (await getJson<RecordPage>(path, { where: `${keyField}:equal:${errand.key}`, limit: 1 })).items[0] ?? null
  const newest = await getJson<RecordPage>(path, { sort: 'opened', falling: 'yes', limit: sought })
  // In the open house the server knows no names.
  const mine = (r: RegisterRecord): boolean => knownCaller.value?.how !== 'session' || r.who === errand.who
  return newest.items.find((r) => mine(r) && r.opened >= errand.made_at && holds(r, values)) ?? null
}

/** The queue's way to this browser and to the server. */
export const ports: QueuePorts = {
  save: (errand) => keepErrand(errand),
  upload,
  find,
  create: (register, values, why) => postJson<RegisterRecord>(`registers/${step(register)}/records`, { values, why }),
  take: (register, id, name, request) => postJson<RegisterRecord>(`registers/${step(register)}/records/${step(id)}/steps/${step(name)}`, request),
  forget: (files) => remove('files', files.map((f) => f.id)),
}

// ---- what is taken along ----------------------------------------------------------------------------------------------------

const related_max = 50

async function learn(id: string): Promise<Register> {
  const register = readRegister(await getJson<Register>(`registers/${step(id)}`))
  await writeOne('described', id, plain(register))
  described.set(id, register)
  return register
}

/** The record, what refers to it, the steps that can be taken, and the descriptions of all their registers. */
export async function takeAlong(register: string, id: string, now_ms: number): Promise<Taken> {
  const path = `registers/${step(register)}/records/${step(id)}`
  const own = await learn(register)
  const [record, related, steps] = await Promise.all([
    getJson<RegisterRecord>(path),
    getJson<{ items: RelatedItem[] }>(`${path}/related`, { limit: related_max }),
    own.lifecycle ? getJson<{ items: PossibleStep[] }>(`${path}/steps`) : Promise.resolve({ items: [] }),
  ])
  for (const name of new Set(related.items.map((r) => r.register))) if (name !== register) await learn(name)
  const bundle: Taken = { key: takenKey(register, id), record, related: related.items, steps: steps.items, taken_at: toInstant(Math.floor(now_ms / 1000) * 1000) }
  await writeOne('taken', bundle.key, plain(bundle))
  taken.value = [...taken.value.filter((x) => x.key !== bundle.key), bundle].sort((a, b) => a.record.title.localeCompare(b.record.title, 'zh-CN'))
  return bundle
}

export async function leaveBehind(key: string): Promise<void> {
  await remove('taken', [key])
  taken.value = taken.value.filter((x) => x.key !== key)
}

/** After the network is back: what was taken along as it is now. What cannot be read any more stays as it was. */
export async function refreshTaken(now_ms: number): Promise<void> {
  for (const { record } of taken.value) {
    try {
      await takeAlong(record.register, record.id, now_ms)
    } catch (e) {
      if (asApiError(e).status === 0) return
    }
  }
}
