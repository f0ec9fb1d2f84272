// Receipts of the requests to a device: asked for, then kept current by the stream, and by asking while one is still open.

import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { isOpen, mergeReceipts } from '../lib/commands'
import type { Receipt } from '../lib/device_types'
import type { ApiError } from '../lib/problem'
import { toldReceipts } from '../stores/devices'
import { getJson, step, useAsk } from './useApi'
import { useEvery } from './useEvery'

const open_ms = 2000
const quiet_ms = 15_000
const asked_max = 100

export interface Receipts {
  items: ComputedRef<Receipt[]>
  loaded: ComputedRef<boolean>
  error: Ref<ApiError | null>
  /** those that an answer just brought */
  take: (fresh: readonly Receipt[]) => void
  reload: () => void
}

export function useReceipts(mn: () => string): Receipts {
  const all = shallowRef<Receipt[]>([])
  const asked = useAsk<Receipt[]>(() => {
    const path = `devices/${step(mn())}/commands`
    return async (signal) => (await getJson<{ items: Receipt[] }>(path, { limit: asked_max }, signal)).items
  })
  const take = (fresh: readonly Receipt[]): void => void (all.value = mergeReceipts(all.value, fresh.filter((r) => r.mn === mn())))
  watch(asked.data, (items) => take(items ?? []), { immediate: true })
  watch(toldReceipts, take, { immediate: true })
  watch(mn, () => (all.value = []))
  useEvery(() => (all.value.some(isOpen) ? open_ms : quiet_ms), asked.reload)
  return { items: computed(() => all.value), loaded: computed(() => asked.data.value !== null), error: asked.error, take, reload: asked.reload }
}
