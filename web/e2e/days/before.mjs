// What precedes a working day, asked and made without the page: people with accounts, and what other systems hold.

import assert from 'node:assert/strict'
import { server } from '../driver.mjs'

export const password = 'kiln-glaze-2604'
const house = { division: '', enterprise: '' }
const nobody = { role: 'admin' }
const known_accounts = new Set()
const described = new Map()
let secret = null

async function send(path, { method = 'GET', body } = {}) {
  const headers = {
    'content-type': 'application/json',
    'x-celadon': '1',
    ...(secret === null ? {} : { cookie: `celadon_session=${secret}` }),
  }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${server}/api/v1/${path}`, { method, headers, ...sent })
  const text = await response.text()
  const cookie = /celadon_session=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text), cookie }
}

export async function ask(path, more) {
  const got = await send(path, more)
  assert.ok(got.status < 300, `${path} answered ${got.status}: ${got.text}`)
  return got.json
}

/** The first account closes the house, and is the one that asks here. */
async function closesHouse() {
  const { how } = (await send('session')).json
  const first = { name: 'root', shown: 'root', roles: ['admin'], ...house, disabled: false, password }
  if (how === 'house') await ask('people', { method: 'POST', body: first })
  const signed = await send('session', { method: 'POST', body: { name: 'root', password } })
  assert.ok(signed.cookie, signed.text)
  secret = signed.cookie
}

/** The name of a person's account, made where there is none; nobody in particular is the administrator. */
export async function accountOf(person = nobody) {
  if (secret === null) await closesHouse()
  const { role, division = '', enterprise = '' } = person
  if (role === 'admin') return 'root'
  const name = [role, division, enterprise].filter((x) => x !== '').join('-').toLowerCase()
  if (known_accounts.has(name)) return name
  const account = { name, shown: name, roles: [role], division, enterprise, disabled: false, password }
  await ask('people', { method: 'POST', body: account })
  known_accounts.add(name)
  return name
}

export async function describe(register) {
  if (!described.has(register)) described.set(register, await ask(`registers/${register}`))
  return described.get(register)
}
export const fieldOf = async (register, id) => (await describe(register)).fields.find((f) => f.id === id)
export const countOf = async (register) => (await ask(`registers/${register}/records?limit=1&count=yes`)).total
export const planRow = async (id) => (await ask('systems/rows')).items.find((r) => r.id === id)

/** The code as its list has it, long or short. */
export async function codeOf(register, field, code) {
  const list = (await describe(register)).codes.find((c) => c.id === field.of)?.items ?? []
  const more = async () => (await ask(`codes/${field.of}?words=${encodeURIComponent(code)}&limit=50`)).items
  return list.find((c) => c.code === code) ?? (await more()).find((c) => c.code === code) ?? null
}

export const isNone = (text) => text === 'none' || text === null
export const isYes = (text) => /^(true|是|yes)$/.test(text)

function asSent(field, text) {
  if (field.type === 'number' || field.type === 'whole') return Number(text)
  if (field.type === 'yes-no') return isYes(text)
  if (field.type === 'point') return { type: 'Point', coordinates: text.split(',').map(Number) }
  if (field.type === 'time') return `${text.replace(' ', 'T')}:00+08:00`
  return field.many ? text.split(';') : text
}

/** What other systems hold (enterprises, duty units, ...) is there before; the demo city may have it already. */
export async function standsBefore(register, texts) {
  const { fields } = await describe(register)
  const values = {}
  for (const [id, text] of Object.entries(texts)) values[id] = asSent(fields.find((f) => f.id === id), text)
  const path = `registers/${register}/records`
  const made = await send(path, { method: 'POST', body: { values, why: '示例' } })
  if (made.status === 201) return made.json
  const same = fields.find((f) => made.json.findings?.some((x) => x.check === 'unique' && x.field === f.id))
  const { items } = await ask(`${path}?words=${encodeURIComponent(same ? values[same.id] : (texts.code ?? ''))}`)
  const known = items.find((r) => (same ? r.values[same.id] === values[same.id] : r.id === texts.code))
  assert.ok(known, `${register}: ${made.text}`)
  const body = { values, why: '示例', revision: known.revision }
  return ask(`${path}/${encodeURIComponent(known.id)}`, { method: 'PUT', body })
}
