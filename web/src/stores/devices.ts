// What the stream says of devices, for whoever looks at them: who waits to be taken in, how requests stand, who came and went.

import { computed, ref, shallowRef } from 'vue'
import { mergeReceipts } from '../lib/commands'
import type { PendingAnswer, Receipt } from '../lib/device_types'
import type { ApiError } from '../lib/problem'
import { asApiError, getJson } from '../services/useApi'

const told_max = 500

export const waiting = shallowRef<PendingAnswer | null>(null)
export const waitingError = shallowRef<ApiError | null>(null)
export const waitingCount = computed(() => waiting.value?.items.filter((p) => p.state === 'waiting').length ?? 0)

/** Receipts as the stream told them, newest first. */
export const toldReceipts = shallowRef<Receipt[]>([])
/** The last device of which the stream told something; the same may come twice, so each is an object of its own. */
export const toldDevice = shallowRef<{ mn: string; online?: boolean } | null>(null)
/** Text that the decoder shall explain, handed over from where a frame was met. */
export const frameToDecode = ref('')

export async function loadWaiting(): Promise<void> {
  try {
    waiting.value = await getJson<PendingAnswer>('devices/pending')
    waitingError.value = null
  } catch (e) {
    waitingError.value = asApiError(e)
  }
}

export function tellReceipt(receipt: Receipt): void {
  toldReceipts.value = mergeReceipts(toldReceipts.value, [receipt]).slice(0, told_max)
}

export function tellDevice(news: { mn: string; online?: boolean }): void {
  toldDevice.value = { ...news }
}
