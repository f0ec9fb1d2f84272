// Messages of a device as they come: the newest are asked for again and again, older ones on demand.

import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Frame, FramePage } from '../lib/device_types'
import { mergeFrames } from '../lib/frames'
import type { ApiError } from '../lib/problem'
import { asApiError, getJson, isAborted, type Query } from './useApi'
import { useEvery } from './useEvery'

const page_frames = 100

export interface Frames {
  items: ShallowRef<Frame[] | null>
  error: Ref<ApiError | null>
  /** there are older ones */
  more: Ref<boolean>
  busy: Ref<boolean>
  older: () => Promise<void>
  reload: () => Promise<void>
}

/** `query` says which; when it changes the list begins anew. `live` false: nothing is asked by itself. */
export function useFrames(path: () => string, query: () => Query, live: () => boolean, pause_ms: number): Frames {
  const items = shallowRef<Frame[] | null>(null)
  const error = ref<ApiError | null>(null)
  const more = ref(false)
  const busy = ref(false)
  let oldest: string | null = null
  let control = new AbortController()

  async function ask(before: string | null): Promise<void> {
    const mine = control
    busy.value = true
    try {
      const page = await getJson<FramePage>(path(), { ...query(), limit: page_frames, before }, mine.signal)
      if (mine !== control) return
      const first = items.value === null
      items.value = mergeFrames(items.value ?? [], page.items)
      if (first || before !== null) {
        oldest = page.next
        more.value = page.next !== null
      }
      error.value = null
    } catch (e) {
      if (mine === control && !isAborted(e)) error.value = asApiError(e)
    } finally {
      if (mine === control) busy.value = false
    }
  }

  watch(
    () => JSON.stringify([path(), query()]),
    () => {
      control.abort()
      control = new AbortController()
      items.value = null
      oldest = null
      more.value = false
      void ask(null)
    },
    { immediate: true },
  )
  useEvery(() => pause_ms, () => (live() && !busy.value ? ask(null) : undefined))
  onScopeDispose(() => control.abort())
  return { items, error, more, busy, older: () => (oldest === null ? Promise.resolve() : ask(oldest)), reload: () => ask(null) }
}
