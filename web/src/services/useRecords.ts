// The list of a register, page by page: the first with its count, the others as they are asked for.

import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { ApiError } from '../lib/problem'
import { listQuery } from '../lib/record_query'
import type { RecordPage, Register, RegisterRecord } from '../lib/register_types'
import type { RegistersView } from '../lib/route_registers'
import { asApiError, getJson, isAborted, step, useAsk } from './useApi'

const page_size = 100

export interface RecordList {
  items: ComputedRef<RegisterRecord[]>
  total: ComputedRef<number | null>
  /** there are more than `total` */
  total_is_more: ComputedRef<boolean>
  loaded: ComputedRef<boolean>
  loading: Ref<boolean>
  error: Ref<ApiError | null>
  has_more: ComputedRef<boolean>
  more: () => Promise<void>
  reload: () => void
}

export function useRecords(register: () => Register, asked: () => RegistersView): RecordList {
  const later = shallowRef<RegisterRecord[]>([])
  const next = ref<string | null>(null)
  const adding = ref(false)
  const moreError = ref<ApiError | null>(null)
  const query = computed(() => listQuery(register(), asked()))
  const first = useAsk<RecordPage>(() => {
    const path = `registers/${step(register().id)}/records`
    const q = query.value
    return (signal) => getJson<RecordPage>(path, { ...q, limit: page_size, count: 'yes' }, signal)
  })
  watch(first.data, (page) => {
    later.value = []
    moreError.value = null
    next.value = page?.next || null
  })

  async function more(): Promise<void> {
    const from = first.data.value
    if (next.value === null || adding.value || first.loading.value) return
    adding.value = true
    try {
      const page = await getJson<RecordPage>(`registers/${step(register().id)}/records`, { ...query.value, limit: page_size, after: next.value })
      if (first.data.value !== from) return // another list was asked meanwhile
      later.value = [...later.value, ...page.items]
      next.value = page.next || null
    } catch (e) {
      if (!isAborted(e)) moreError.value = asApiError(e)
    } finally {
      adding.value = false
    }
  }

  return {
    items: computed(() => [...(first.data.value?.items ?? []), ...later.value]),
    total: computed(() => first.data.value?.total ?? null),
    total_is_more: computed(() => first.data.value?.total_is_more === true),
    loaded: computed(() => first.data.value !== null),
    loading: computed(() => first.loading.value || adding.value),
    error: computed(() => first.error.value ?? moreError.value),
    has_more: computed(() => next.value !== null),
    more,
    reload: first.reload,
  }
}
