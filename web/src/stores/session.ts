// Who is before the page, as the server knows them. Shared by the header, every form, and what is offered at all.

import { computed, shallowRef } from 'vue'
import type { Caller } from '../lib/people_types'
import type { ApiError } from '../lib/problem'
import { asApiError, deleteJson, getJson, postJson } from '../services/useApi'

export const caller = shallowRef<Caller | null>(null)
export const callerError = shallowRef<ApiError | null>(null)

export const signedIn = computed(() => caller.value?.how === 'session')
/** No accounts yet: everybody may do everything. */
export const openHouse = computed(() => caller.value?.how === 'house')
export const shownName = computed(() => caller.value?.shown || caller.value?.name || '')

export function hasRole(...wanted: string[]): boolean {
  const mine = caller.value
  return mine !== null && (mine.how === 'house' || mine.roles.includes('admin') || mine.roles.some((r) => wanted.includes(r)))
}

const bureauRoles = ['duty', 'analyst', 'enforcement', 'planner', 'leader', 'integrator']
/** Somebody of the bureau; also where the server tells nothing of sign-ins. */
export const bureau = computed(() => caller.value === null || hasRole(...bureauRoles))

export async function loadCaller(): Promise<void> {
  try {
    caller.value = await getJson<Caller>('session')
    callerError.value = null
  } catch (e) {
    callerError.value = asApiError(e)
    // A server that knows no sign-in, or a wrong session: nobody. One that cannot be reached says nothing of who we are.
    if (callerError.value.status > 0) caller.value = null
  }
}

export async function signIn(name: string, password: string, totp: string): Promise<void> {
  caller.value = await postJson<Caller>('session', { name, password, ...(totp === '' ? {} : { totp }) })
  callerError.value = null
}

export async function signOut(): Promise<void> {
  await deleteJson('session')
  await loadCaller()
}
