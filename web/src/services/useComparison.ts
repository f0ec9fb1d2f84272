// Asks for a comparison of editions piece by piece, tells how far it is, and can be stopped.

import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { ComparisonAnswer } from '../lib/api_types'
import { joined, pieces } from '../lib/comparison'
import type { ApiError } from '../lib/problem'
import { asApiError, getJson, isAborted } from './useApi'

const days_a_piece = 92

export interface ComparisonQuestion {
  site: string
  rule: string
  editions: string[]
  /** first and last day */
  from: string
  to: string
}

export interface Comparison {
  answer: ShallowRef<ComparisonAnswer | null>
  error: Ref<ApiError | null>
  /** share done, 0..1; null while nothing is on its way */
  share: Ref<number | null>
  run: (question: ComparisonQuestion) => Promise<void>
  stop: () => void
}

export function useComparison(): Comparison {
  const answer = shallowRef<ComparisonAnswer | null>(null)
  const error = ref<ApiError | null>(null)
  const share = ref<number | null>(null)
  let control: AbortController | null = null

  async function run(question: ComparisonQuestion): Promise<void> {
    stop()
    const mine = (control = new AbortController())
    const { from, to, ...what } = question
    const parts = pieces(from, to, days_a_piece)
    const answers: ComparisonAnswer[] = []
    answer.value = null
    error.value = null
    share.value = 0
    try {
      for (const piece of parts) {
        const query = { ...what, ...piece, editions: what.editions.join(',') }
        answers.push(await getJson<ComparisonAnswer>('comparisons', query, mine.signal))
        if (control !== mine) return
        share.value = answers.length / parts.length
      }
      answer.value = joined(answers)
    } catch (e) {
      if (control !== mine || isAborted(e)) return
      error.value = asApiError(e)
    }
    share.value = null
  }

  function stop(): void {
    control?.abort()
    control = null
    share.value = null
  }

  onScopeDispose(stop)
  return { answer, error, share, run, stop }
}
