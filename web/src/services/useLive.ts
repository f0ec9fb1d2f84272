// Ties the stream to what it changes.

import type { Ref } from 'vue'
import type { Case, Judgement, Replay, StreamObservation } from '../lib/api_types'
import type { Receipt } from '../lib/device_types'
import { cases, loadCases, takeCase } from '../stores/cases'
import { bureau, caller, hasRole } from '../stores/session'
import { replay } from '../stores/city'
import { loadWaiting, tellDevice, tellReceipt } from '../stores/devices'
import { arrive, observed, refresh } from '../stores/moment'
import { recordNews } from '../stores/news'
import { useStream, type StreamState } from './useStream'

/** What only people of the bureau see: asked for when one of them is before the page. */
export async function loadInside(): Promise<void> {
  if (!bureau.value) {
    cases.value = null
    return
  }
  await Promise.all([loadCases(), hasRole('duty', 'enforcement', 'integrator') || caller.value === null ? loadWaiting() : Promise.resolve()])
}

export function useLive(): { state: Ref<StreamState> } {
  return useStream({
    on: {
      observations: (data) => {
        const { items } = data as { items: StreamObservation[] }
        for (const site of new Set(items.map((o) => o.site))) observed[site] = (observed[site] ?? 0) + 1
      },
      judgement: (data) => arrive(data as Judgement),
      case: (data) => takeCase(data as Case),
      record: () => void recordNews.value++,
      'device-command': (data) => tellReceipt(data as Receipt),
      device: (data) => tellDevice(data as { mn: string; online?: boolean }),
      'device-pending': () => void loadWaiting(),
      replay: (data) => void Object.assign(replay, data as Replay),
    },
    onReconnect: () => {
      void refresh()
      void loadInside()
    },
  })
}
