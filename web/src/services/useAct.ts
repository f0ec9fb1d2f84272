// One act of a person that changes something at the server: it runs once at a time, and what was wrong stands until the next try.

import { computed, ref, type ComputedRef, type Ref } from 'vue'
import type { ApiError } from '../lib/problem'
import { t } from '../stores/lang'
import { asApiError } from './useApi'

export interface Act {
  busy: Ref<boolean>
  error: Ref<ApiError | null>
  /** the error in words, empty without one */
  words: ComputedRef<string>
  /** the words where they speak of this field, else empty */
  fieldWords: (...names: string[]) => string
  /** gives what `act` gives, or null after an error */
  run: <T>(act: () => Promise<T>) => Promise<T | null>
}

export function useAct(): Act {
  const busy = ref(false)
  const error = ref<ApiError | null>(null)
  const words = computed(() => (error.value === null ? '' : error.value.status === 0 ? t('problem.unreachable') : error.value.message))

  async function run<T>(act: () => Promise<T>): Promise<T | null> {
    if (busy.value) return null
    busy.value = true
    error.value = null
    try {
      return await act()
    } catch (e) {
      error.value = asApiError(e)
      return null
    } finally {
      busy.value = false
    }
  }

  const fieldWords = (...names: string[]): string => (error.value?.field && names.includes(error.value.field) ? words.value : '')
  return { busy, error, words, fieldWords, run }
}
