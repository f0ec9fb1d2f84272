// The words of the review desk (actions, reasons, states, transitions), asked once; and where one was in the queue.

import { ref, shallowRef } from 'vue'
import type { ReviewTerms } from '../lib/review_types'
import type { ApiError } from '../lib/problem'
import { startReview, type ReviewView } from '../lib/route_review'
import { asApiError, getJson } from '../services/useApi'
import { lang, t } from './lang'
import { pageAddress, view } from './view'

export const terms = shallowRef<ReviewTerms | null>(null)
export const termsError = shallowRef<ApiError | null>(null)

/** Row of the queue that was opened last: the eye and the keyboard come back to it. */
export const lastOpened = ref<string | null>(null)

export async function loadTerms(): Promise<void> {
  try {
    terms.value = await getJson<ReviewTerms>('review/terms')
    termsError.value = null
  } catch (e) {
    termsError.value = asApiError(e)
  }
}

function word(list: readonly { id: string; zh: string; en: string }[] | undefined, id: string): string {
  const found = list?.find((x) => x.id === id)
  return found ? said(found) : id
}

/** `zh` or `en` of what the server worded, the other where one is empty. */
export function said(words: { zh?: string; en?: string }): string {
  return (lang.value === 'zh' ? words.zh || words.en : words.en || words.zh) ?? ''
}

export const stateWord = (id: string): string => word(terms.value?.states, id)
export const actionWord = (id: string): string => word(terms.value?.actions, id)
export const reasonWord = (id: string): string => word(terms.value?.reasons, id)
export const transitionWord = (id: string): string => word(terms.value?.transitions, id)

/** Address within the desk: the filters of the queue stay, a sheet or item is closed unless named. */
export function deskAddress(more: Partial<ReviewView>): string {
  const { from, to, kind, state, property } = view.review
  return pageAddress('review', { review: { ...startReview, from, to, kind, state, property, ...more } })
}

export const valuesWord = (n: number): string => (n === 1 ? t('review.oneValue') : t('review.nValues', { n }))
