// The systems of the city and the descriptions of their registers, asked once; several views read them.

import { computed, shallowReactive, shallowRef } from 'vue'
import type { ApiError } from '../lib/problem'
import { pick } from '../lib/format'
import { readRegister } from '../lib/register_read'
import { wordsIn, type Speech } from '../lib/record_value'
import type { Register, RegisterItem, SystemItem, Words } from '../lib/register_types'
import { startRegisters, type RegistersView } from '../lib/route_registers'
import { asApiError, getJson, step } from '../services/useApi'
import { siteById } from './city'
import { lang, t } from './lang'
import { loadPlanRows } from './plan_rows'
import { pageAddress, view } from './view'

export const systems = shallowRef<SystemItem[] | null>(null)
export const systemsError = shallowRef<ApiError | null>(null)

const described = shallowReactive(new Map<string, Register>())
const asked = new Map<string, Promise<Register>>()

export async function loadSystems(): Promise<void> {
  try {
    systems.value = (await getJson<{ items: SystemItem[] }>('systems')).items
    systemsError.value = null
  } catch (e) {
    systemsError.value = asApiError(e)
  }
}

/** What is known of a register without asking. */
export const registerById = (id: string): Register | undefined => described.get(id)

export const registerItems = computed(() => new Map((systems.value ?? []).flatMap((s) => s.registers.map((r): [string, RegisterItem & { system: SystemItem }] => [r.id, { ...r, system: s }]))))

/** The description, asked at most once at a time; an answer that failed is asked again. It is shared, so nobody can give it up. */
export function describe(id: string): Promise<Register> {
  const known = described.get(id)
  if (known) return Promise.resolve(known)
  const running = asked.get(id)
  if (running) return running
  const request = getJson<Register>(`registers/${step(id)}`)
    .then((told) => {
      const register = readRegister(told)
      described.set(id, register)
      return register
    })
    .finally(() => asked.delete(id))
  asked.set(id, request)
  return request
}

/** After a pack was stored: everything is asked anew. */
export async function forgetRegisters(): Promise<void> {
  described.clear()
  await Promise.all([loadSystems(), loadPlanRows()])
}

export const said = (words: Partial<Words> | null | undefined): string => wordsIn(words, lang.value)

export const speech = computed((): Speech => ({
  lang: lang.value,
  t,
  siteName: (id) => {
    const site = siteById.value.get(id)
    return site ? pick(site, 'name', lang.value) : id
  },
}))

/** Address within the registers: what was asked of the list stays while the register does. */
export function registersAddress(more: Partial<RegistersView>): string {
  const same = more.register !== undefined && more.register === view.registers.register
  return pageAddress('registers', { registers: { ...(same ? view.registers : startRegisters), ...more } })
}

export const recordAddress = (register: string, id: string): string => registersAddress({ register, record: id, part: 'record' })
