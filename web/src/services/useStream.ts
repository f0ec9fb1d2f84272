// Server-sent events with reconnection. After a break the page may have missed events: `onReconnect` lets its owner ask
// again for what is current.

import { onScopeDispose, ref, type Ref } from 'vue'
import { apiAddress } from './useApi'

export type StreamState = 'connecting' | 'open' | 'lost'

export interface StreamHandlers {
  on: Record<string, (data: unknown) => void>
  onReconnect: () => void
}

const wait_ms_first = 1000
const wait_ms_max = 15_000

export function useStream(handlers: StreamHandlers): { state: Ref<StreamState> } {
  const state = ref<StreamState>('connecting')
  let source: EventSource | null = null
  let timer = 0
  let wait_ms = wait_ms_first
  let was_open = false

  function listen(): void {
    source = new EventSource(apiAddress('stream', {}))
    source.onopen = () => {
      state.value = 'open'
      wait_ms = wait_ms_first
      if (was_open) handlers.onReconnect()
      was_open = true
    }
    source.onerror = () => {
      // The browser itself retries only some failures; closing and opening anew treats all alike.
      source?.close()
      source = null
      state.value = 'lost'
      timer = window.setTimeout(listen, wait_ms)
      wait_ms = Math.min(wait_ms * 2, wait_ms_max)
    }
    for (const [event, handle] of Object.entries(handlers.on)) {
      source.addEventListener(event, (e) => {
        try {
          handle(JSON.parse((e as MessageEvent<string>).data))
        } catch (reason) {
          console.warn(`celadon: event ${event} could not be read`, reason)
        }
      })
    }
  }

  listen()
  onScopeDispose(() => {
    window.clearTimeout(timer)
    source?.close()
  })
  return { state }
}
