import { describe, expect, it } from 'vitest'
import { drain, hasTaken, holds, inOrder, keepMine, keyField, newErrand, outlived, sendErrand, sentValues, writeOn, type Errand, type ErrandFile, type QueuePorts, type Evidence } from './field_queue'
import { ApiError } from './problem'
import type { RegisterRecord, Values } from './register_types'

// ---- chance, a server and a phone, all of our own making ---------------------------------------------------------------------

/** The same numbers for the same seed. */
function chance(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const lost = (): ApiError => new ApiError(0, '')
class Killed extends Error {}

const moment = '2026-06-01T00:00:00Z'

function record(id: string, more: Partial<RegisterRecord>): RegisterRecord {
  return {
    register: 'inspection', id, revision: 1, title: id, state: 'open', gone: false, valid_from: moment, known_at: moment, opened: moment, since_state: moment,
    who: 'zhang', why: '', values: {}, names: {}, steps: [], dues: [], findings: [], ...more,
  }
}

class Server {
  records = new Map<string, RegisterRecord>()
  files = new Set<string>()
  readonly keyed: boolean
  constructor(keyed = true) {
    this.keyed = keyed
  }

  create(values: Values, why: string): RegisterRecord {
    const key = values[keyField]
    if (this.keyed && [...this.records.values()].some((r) => r.values[keyField] === key)) throw new ApiError(422, 'not unique', keyField)
    const made = record(`JC${this.records.size + 1}`, { values, why })
    this.records.set(made.id, made)
    return made
  }
  take(id: string, step: string, q: { revision: number; why: string; values: Values; evidence: Evidence[] }): RegisterRecord {
    const r = this.records.get(id)!
    if (r.revision !== q.revision) throw new ApiError(409, 'changed', null, [], r)
    const taken = { step, from: r.state, to: r.state, who: 'zhang', why: q.why, at: moment, evidence: q.evidence.map((e) => ({ id: e.id, file: 'file' in e ? e.file : null, site: null, property: null, from: null, to: null, note: '' })) }
    const next = { ...r, revision: r.revision + 1, values: { ...r.values, ...q.values }, steps: [...r.steps, taken] }
    this.records.set(id, next)
    return next
  }
  /** Somebody else changes the record. */
  touch(id: string): void {
    const r = this.records.get(id)!
    this.records.set(id, { ...r, revision: r.revision + 1 })
  }
}

/** A browser's store that outlives the page. */
class Store {
  errands = new Map<string, Errand>()
  save(e: Errand): void {
    this.errands.set(e.key, structuredClone(e))
  }
  all(): Errand[] {
    return [...this.errands.values()].map((e) => structuredClone(e))
  }
}

/**
 * Ports on which everything may go wrong: no network; an answer that is lost after the deed; a request that arrives only much
 * later; the page killed before or after any of it.
 */
function roughPorts(server: Server, store: Store, random: () => number, late: (() => void)[] | null, harm: number): QueuePorts {
  async function through<T>(deed: () => T): Promise<T> {
    if (random() >= harm) return deed()
    const what = Math.floor(random() * 5)
    if (what === 0) throw lost()
    if (what === 1) throw new Killed()
    if (what === 2) {
      late?.push(() => {
        try {
          deed()
        } catch {
          // its sender is long gone
        }
      })
      throw lost()
    }
    deed()
    if (what === 3) throw lost()
    throw new Killed()
  }
  return {
    async save(e) {
      if (random() < harm / 3) throw new Killed()
      store.save(e)
      if (random() < harm / 3) throw new Killed()
    },
    upload: (f) => through(() => (server.files.add(`hash-${f.id}`), `hash-${f.id}`)),
    create: (_, values, why) => through(() => server.create(values, why)),
    take: (_, id, step, q) => through(() => server.take(id, step, q)),
    find: (e, values) => through(() => [...server.records.values()].find((r) => (e.keyed ? r.values[keyField] === e.key : holds(r, values))) ?? null),
    forget: async () => undefined,
  }
}

const photo = (id: string, more: Partial<ErrandFile>): ErrandFile => ({
  id, name: `${id}.jpg`, media_type: 'image/jpeg', bytes: 10, taken_at: moment, lon: 117.2, lat: 29.3, sha256: null, hash: null, field: null, evidence: null, ...more,
})
const inspection = (n: number): Errand =>
  newErrand({ key: `key-${n}`, made_at: `2026-06-01T00:00:${String(n).padStart(2, '0')}Z`, who: 'zhang', kind: 'create', register: 'inspection', title: `检查 ${n}`, keyed: true, state: 'waiting', values: { n }, files: [photo(`p${n}`, { field: 'photos' })] })
const finishing = (n: number, r: RegisterRecord): Errand =>
  newErrand({ key: `step-${n}`, made_at: `2026-06-01T00:01:${String(n).padStart(2, '0')}Z`, who: 'zhang', kind: 'step', register: 'complaint', title: r.id, keyed: true, id: r.id, revision: r.revision, step: 'finish', why: `整改到位 ${n}`, state: 'waiting', files: [photo(`e${n}`, { evidence: 'after' })] })

/** The page is opened again and tries, until the store says that nothing waits. */
async function untilQuiet(store: Store, ports: QueuePorts): Promise<void> {
  for (let round = 0; round < 50; ++round) {
    for (const e of store.all()) if (e.state === 'conflict') store.save(keepMine(e))
    if (!store.all().some((e) => e.state === 'waiting')) return
    await drain(store.all(), ports)
  }
  throw new Error('it never came to rest')
}

// ---- what must hold ----------------------------------------------------------------------------------------------------------

describe('the queue of the field', () => {
  it('stores each errand exactly once, whatever order of no network, lost answers, late arrivals and killed pages', async () => {
    let doubtful = 0
    for (let seed = 1; seed <= 100; ++seed) {
      const random = chance(seed)
      const server = new Server()
      const store = new Store()
      const late: (() => void)[] = []
      const cases = [0, 1].map((n) => server.create({ [keyField]: `case-${n}` }, '')).map((r) => structuredClone(r))
      const errands = [inspection(1), inspection(2), inspection(3), ...cases.map((r, n) => finishing(n + 1, r))]
      errands.forEach((e) => store.save(e))
      for (let round = 0; round < 12; ++round) {
        if (random() < 0.3) server.touch(cases[round % 2]!.id)
        if (late.length > 0 && random() < 0.5) late.splice(Math.floor(random() * late.length), 1).forEach((arrive) => arrive())
        for (const e of store.all()) if (e.state === 'conflict') store.save(keepMine(e))
        try {
          await drain(store.all(), roughPorts(server, store, random, late, 0.35))
        } catch (e) {
          if (!(e instanceof Killed)) throw e
        }
        doubtful += store.all().filter((e) => e.state === 'waiting' && e.uncertain).length
      }
      await untilQuiet(store, roughPorts(server, store, random, late, 0))
      late.splice(0).forEach((arrive) => arrive())
      expect(store.all().map((e) => e.state), `seed ${seed}`).toEqual(errands.map(() => 'stored'))
      for (const e of errands.filter((x) => x.kind === 'create')) {
        const there = [...server.records.values()].filter((r) => r.values[keyField] === e.key)
        expect(there.map((r) => r.values), `seed ${seed} ${e.key}`).toEqual([{ ...e.values, photos: [`hash-${e.files[0]!.id}`], [keyField]: e.key }])
        expect(store.errands.get(e.key)!.stored?.id).toBe(there[0]!.id)
      }
      cases.forEach((r, n) => {
        const steps = server.records.get(r.id)!.steps
        expect(steps.map((s) => [s.why, s.evidence[0]?.file]), `seed ${seed} ${r.id}`).toEqual([[`整改到位 ${n + 1}`, `hash-e${n + 1}`]])
      })
    }
    // The seeds do reach the doubtful case: tries whose answers were not seen.
    expect(doubtful).toBeGreaterThan(100)
  }, 60_000)

  it('stores once by asking first, even where the register has no key, as long as no request arrives late', async () => {
    for (let seed = 1; seed <= 100; ++seed) {
      const random = chance(seed)
      const server = new Server(false)
      const store = new Store()
      for (const n of [1, 2, 3]) store.save({ ...inspection(n), keyed: false })
      for (let round = 0; round < 10; ++round) {
        try {
          await drain(store.all(), roughPorts(server, store, random, null, 0.35))
        } catch (e) {
          if (!(e instanceof Killed)) throw e
        }
      }
      await untilQuiet(store, roughPorts(server, store, random, null, 0))
      expect([...server.records.values()].map((r) => r.values['n']).sort(), `seed ${seed}`).toEqual([1, 2, 3])
    }
  }, 60_000)

  it('keeps an errand as it is while there is no network, and stops at the first', async () => {
    const server = new Server()
    const store = new Store()
    const ports = { ...roughPorts(server, store, () => 1, [], 0), upload: () => Promise.reject(lost()) }
    const { errands, unreachable } = await drain([inspection(2), inspection(1)], ports)
    expect(unreachable).toBe(true)
    expect(errands.map((e) => [e.key, e.state, e.tries])).toEqual([['key-2', 'waiting', 0], ['key-1', 'waiting', 1]])
  })

  it('asks before it sends again what may be stored, and takes what it finds', async () => {
    const server = new Server()
    const store = new Store()
    const had = server.create({ [keyField]: 'key-1' }, '')
    const after = await sendErrand({ ...inspection(1), uncertain: true }, roughPorts(server, store, () => 1, [], 0))
    expect([after.state, after.stored?.id, server.records.size]).toEqual(['stored', had.id, 1])
  })

  it('shows what the server refuses with every finding, and keeps the key for the next try', async () => {
    const findings = [{ field: 'result', check: 'needed', severity: 'error' as const, zh: '须填结果', en: 'the result is needed' }]
    const store = new Store()
    const ports = { ...roughPorts(new Server(), store, () => 1, [], 0), create: () => Promise.reject(new ApiError(422, 'Refused', 'result', findings)) }
    const after = await sendErrand(inspection(1), ports)
    expect([after.state, after.problem?.findings]).toEqual(['refused', findings])
    expect(store.errands.get('key-1')!.state).toBe('refused')
    expect(writeOn(after)).toMatchObject({ state: 'draft', key: 'key-1' })
  })

  it('waits for a sign-in, but does not try for ever what is forbidden', async () => {
    const ports = (status: number): QueuePorts => ({ ...roughPorts(new Server(), new Store(), () => 1, [], 0), create: () => Promise.reject(new ApiError(status, 'no')) })
    const states = await Promise.all([401, 403, 404, 413, 429, 500, 503].map(async (s) => (await sendErrand(inspection(1), ports(s))).state))
    expect(states).toEqual(['waiting', 'refused', 'refused', 'refused', 'waiting', 'waiting', 'waiting'])
  })

  it('shows both versions of a record that somebody else changed, and sends mine for the newest only when a person says so', async () => {
    const server = new Server()
    const store = new Store()
    const seen = structuredClone(server.create({ [keyField]: 'c' }, ''))
    server.touch(seen.id)
    const ports = roughPorts(server, store, () => 1, [], 0)
    const after = await sendErrand(finishing(1, seen), ports)
    expect([after.state, after.problem?.newest?.revision]).toEqual(['conflict', 2])
    expect((await drain([after], ports)).errands).toEqual([after])
    const mine = await sendErrand(keepMine(after), ports)
    expect([mine.state, mine.stored?.revision]).toEqual(['stored', 3])
  })

  it('does not send an altered errand as the one that was drafted, stored or refused', async () => {
    const ports = roughPorts(new Server(), new Store(), () => 1, [], 0)
    for (const state of ['draft', 'stored', 'refused', 'conflict'] as const) {
      const e = { ...inspection(1), state }
      expect(await sendErrand(e, ports)).toBe(e)
    }
  })

  it('adds the photos to those of the field, each once, and the key only where the register has it', () => {
    const e = { ...inspection(1), values: { photos: ['a', 'b'] }, files: [photo('x', { field: 'photos', hash: 'b' }), photo('y', { field: 'photos', hash: 'c' }), photo('z', { field: 'photos' })] }
    expect(sentValues(e)).toEqual({ photos: ['a', 'b', 'c'], [keyField]: 'key-1' })
    expect(sentValues({ ...e, keyed: false })).toEqual({ photos: ['a', 'b', 'c'] })
  })

  it('knows its own step by reason and evidence, not another of the same name', () => {
    const e = { ...finishing(1, record('TS1', {})), files: [photo('e1', { evidence: 'after', hash: 'h1' })] }
    const taken = (why: string, file: string): RegisterRecord => record('TS1', { revision: 2, steps: [{ step: 'finish', from: 'working', to: 'watching', who: 'li', why, at: moment, evidence: [{ id: 'after', file, site: null, property: null, from: null, to: null, note: '' }] }] })
    expect(hasTaken(taken('整改到位 1', 'h1'), e)).toBe(true)
    expect(hasTaken(taken('整改到位 1', 'h2'), e)).toBe(false)
    expect(hasTaken(taken('别的', 'h1'), e)).toBe(false)
    expect(hasTaken({ ...taken('整改到位 1', 'h1'), revision: 1 }, e)).toBe(false)
  })

  it('puts what a person must look at first and lets what is long stored go', () => {
    const all = (['stored', 'waiting', 'draft', 'refused', 'conflict'] as const).map((state, n) => ({ ...inspection(n), state }))
    expect(inOrder(all).map((e) => e.state)).toEqual(['conflict', 'refused', 'draft', 'waiting', 'stored'])
    const day = 24 * 3_600_000
    const made = Date.parse(all[0]!.made_at)
    expect(outlived(all[0]!, made + 7 * day)).toBe(false)
    expect(outlived(all[0]!, made + 7 * day + 1)).toBe(true)
    expect(outlived(all[1]!, made + 70 * day)).toBe(false)
  })

  it('recognises a record by all that was sent, whatever the server added', () => {
    const r = record('JC1', { values: { n: 1, photos: ['a'], division: '360281' } })
    expect(holds(r, { n: 1, photos: ['a'], note: null })).toBe(true)
    expect(holds(r, { n: 2 })).toBe(false)
  })
})
