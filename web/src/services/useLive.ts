// Ties the stream to what it changes.

import type { Ref } from 'vue'
import type { Case, Judgement, Replay, StreamObservation } from '../lib/api_types'
import { loadCases, takeCase } from '../stores/cases'
import { replay } from '../stores/city'
import { arrive, observed, refresh } from '../stores/moment'
import { useStream, type StreamState } from './useStream'

export function useLive(): { state: Ref<StreamState> } {
  return useStream({
    on: {
      observations: (data) => {
        const { items } = data as { items: StreamObservation[] }
        for (const site of new Set(items.map((o) => o.site))) observed[site] = (observed[site] ?? 0) + 1
      },
      judgement: (data) => arrive(data as Judgement),
      case: (data) => takeCase(data as Case),
      replay: (data) => void Object.assign(replay, data as Replay),
    },
    onReconnect: () => {
      void refresh()
      void loadCases()
    },
  })
}
