// What the server would say of a record as it is typed: asked a moment after the last change, the older question given up.

import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { Preview, Values } from '../lib/register_types'
import { asApiError, isAborted, postJson, step } from './useApi'

const pause_ms = 500

export interface PreviewNeeds {
  register: () => string
  /** of a record that exists */
  id: () => string | null
  revision: () => number | null
  values: () => Values
}

export interface LivePreview {
  preview: ShallowRef<Preview | null>
  asking: Ref<boolean>
}

export function usePreview(needs: PreviewNeeds): LivePreview {
  const preview = shallowRef<Preview | null>(null)
  const asking = ref(false)
  let timer = 0
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    asking.value = true
    const id = needs.id()
    const body = { ...(id === null ? {} : { id, revision: needs.revision() }), values: needs.values() }
    try {
      const got = await postJson<Preview>(`registers/${step(needs.register())}/preview`, body)
      if (mine === turn) preview.value = got
    } catch (e) {
      // What cannot even be looked at still tells why; without that the form stands, and is judged when it is saved.
      const { findings } = asApiError(e)
      if (!isAborted(e) && mine === turn) preview.value = findings.length > 0 ? { record: null, findings: [...findings] } : null
    }
    if (mine === turn) asking.value = false
  }

  watch(
    () => JSON.stringify(needs.values()),
    () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void ask(), pause_ms)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    window.clearTimeout(timer)
    ++turn
  })
  return { preview, asking }
}
