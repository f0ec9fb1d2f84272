// Cases, kept current by the stream; the header counts the open ones.

import { computed, shallowRef } from 'vue'
import type { Case } from '../lib/api_types'
import type { ApiError } from '../lib/problem'
import { asApiError, getJson } from '../services/useApi'

export const cases = shallowRef<Case[] | null>(null)
export const casesError = shallowRef<ApiError | null>(null)

export const openCases = computed(() => (cases.value ?? []).filter((c) => c.state === 'open').length)

export async function loadCases(): Promise<void> {
  try {
    cases.value = (await getJson<{ items: Case[] }>('cases')).items
    casesError.value = null
  } catch (e) {
    casesError.value = asApiError(e)
  }
}

/** A case as it is now: newer revisions replace older ones, a new one joins. */
export function takeCase(changed: Case): void {
  const list = cases.value ?? []
  const known = list.find((c) => c.id === changed.id)
  if (known && known.revision > changed.revision) return
  cases.value = known ? list.map((c) => (c.id === changed.id ? changed : c)) : [changed, ...list]
}
