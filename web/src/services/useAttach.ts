// Files on their way to the attachments: each with the time it was taken and, where the person allows it, the place.

import { ref, type Ref } from 'vue'
import type { ApiError } from '../lib/problem'
import type { Attachment } from '../lib/register_types'
import { toInstant } from '../lib/time'
import { asApiError, postBytes } from './useApi'

const position_ms = 8000

/** Where this device is; null when it cannot tell or the person does not allow it. */
export function askPosition(): Promise<{ lon: number; lat: number } | null> {
  if (!('geolocation' in navigator)) return Promise.resolve(null)
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      (p) => resolve({ lon: p.coords.longitude, lat: p.coords.latitude }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: position_ms, maximumAge: 60_000 },
    )
  })
}

export interface Attach {
  /** files still to go */
  waiting: Ref<number>
  error: Ref<ApiError | null>
  /** hashes of those that arrived, in order; stops at the first that did not */
  send: (files: readonly File[], withPlace: boolean) => Promise<Attachment[]>
}

export function useAttach(): Attach {
  const waiting = ref(0)
  const error = ref<ApiError | null>(null)

  async function send(files: readonly File[], withPlace: boolean): Promise<Attachment[]> {
    const done: Attachment[] = []
    error.value = null
    waiting.value = files.length
    try {
      const place = withPlace ? await askPosition() : null
      for (const file of files) {
        const taken_at = toInstant(Math.floor(file.lastModified / 1000) * 1000)
        done.push(await postBytes<Attachment>('attachments', file, { name: file.name, taken_at, lon: place?.lon, lat: place?.lat }))
        waiting.value -= 1
      }
    } catch (e) {
      error.value = asApiError(e)
    }
    waiting.value = 0
    return done
  }

  return { waiting, error, send }
}
