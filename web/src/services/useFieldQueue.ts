// Sends what waits, whenever there is a network: when the page opens, when the browser says so, and now and then. Only one
// tab at a time sends.

import { onScopeDispose, ref, type Ref } from 'vue'
import { drain, type Errand } from '../lib/field_queue'
import { errands, fieldReady, keepErrand, ports } from '../stores/field'

const again_ms = 20_000
const lock = 'celadon-field-queue'

export interface FieldQueue {
  online: Ref<boolean>
  sending: Ref<boolean>
  /** tries what waits, now */
  sync: () => Promise<void>
}

export function useFieldQueue(stored: (errand: Errand) => void): FieldQueue {
  const online = ref(navigator.onLine)
  const sending = ref(false)

  async function alone(work: () => Promise<void>): Promise<void> {
    // Without locks (an old browser) each tab sends by itself; the keys still keep the server from storing twice.
    if (!navigator.locks) return work()
    await navigator.locks.request(lock, { ifAvailable: true }, async (got) => {
      if (got) await work()
    })
  }

  async function sync(): Promise<void> {
    if (sending.value || !fieldReady.value || !errands.value.some((e) => e.state === 'waiting')) return
    sending.value = true
    try {
      await alone(async () => {
        const { unreachable } = await drain(errands.value, ports, (e) => {
          if (e.state === 'stored') stored(e)
        })
        online.value = !unreachable
      })
    } finally {
      sending.value = false
    }
  }

  const go = (): void => {
    online.value = true
    void sync()
  }
  const stop = (): void => void (online.value = false)
  const look = (): void => {
    if (document.visibilityState === 'visible') void sync()
  }
  window.addEventListener('online', go)
  window.addEventListener('offline', stop)
  document.addEventListener('visibilitychange', look)
  const timer = window.setInterval(() => void sync(), again_ms)
  onScopeDispose(() => {
    window.removeEventListener('online', go)
    window.removeEventListener('offline', stop)
    document.removeEventListener('visibilitychange', look)
    window.clearInterval(timer)
  })
  return { online, sending, sync }
}

/** Sets an errand off: from then on it is the queue's. */
export async function sendOff(errand: Errand): Promise<void> {
  await keepErrand({ ...errand, state: 'waiting', problem: null })
}
