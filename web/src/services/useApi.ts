// The one place that speaks to /api/v1. Every request is to the server the page came from.

import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { ApiError, toApiError } from '../lib/problem'

export type Query = Record<string, string | number | null | undefined | string[]>

function address(path: string, query: Query): string {
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    for (const v of Array.isArray(value) ? value : [value]) q.append(key, String(v))
  }
  const text = q.toString()
  return `/api/v1/${path}${text ? `?${text}` : ''}`
}

async function answer<T>(request: Promise<Response>): Promise<T> {
  let response: Response
  try {
    response = await request
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw toApiError(0, null)
  }
  const body: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (!response.ok) throw toApiError(response.status, body)
  return body as T
}

/** Errors: ApiError with the server's words; status 0 when it cannot be reached; AbortError when given up. */
export function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return answer<T>(fetch(address(path, query), { headers: { accept: 'application/json' }, ...(signal ? { signal } : {}) }))
}

/** Every request that changes something carries it: a foreign page can send our cookie, but not this. */
export const ownPage = { 'x-celadon': '1' } as const

export function postJson<T>(path: string, body: unknown, query: Query = {}, method: 'POST' | 'PUT' = 'POST'): Promise<T> {
  return answer<T>(
    fetch(address(path, query), { method, headers: { 'content-type': 'application/json', accept: 'application/json', ...ownPage }, body: JSON.stringify(body) }),
  )
}

export const putJson = <T>(path: string, body: unknown): Promise<T> => postJson<T>(path, body, {}, 'PUT')

export const deleteJson = <T>(path: string): Promise<T> => answer<T>(fetch(address(path, {}), { method: 'DELETE', headers: { accept: 'application/json', ...ownPage } }))

/** Sends the bytes of a file as they are. */
export function postBytes<T>(path: string, bytes: Blob, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const headers = { 'content-type': bytes.type || 'application/octet-stream', accept: 'application/json', ...ownPage }
  return answer<T>(fetch(address(path, query), { method: 'POST', headers, body: bytes, ...(signal ? { signal } : {}) }))
}

/** Stores bytes under a name of their own. */
export function putBytes<T>(path: string, bytes: Blob): Promise<T> {
  return answer<T>(fetch(address(path, {}), { method: 'PUT', headers: { 'content-type': bytes.type || 'application/octet-stream', accept: 'application/json', ...ownPage }, body: bytes }))
}

/** A name as one step of a path. */
export const step = (name: string | number): string => encodeURIComponent(String(name))

export const apiAddress = address

export function isAborted(e: unknown): boolean {
  return e instanceof DOMException && e.name === 'AbortError'
}

export function asApiError(e: unknown): ApiError {
  return e instanceof ApiError ? e : new ApiError(-1, String(e))
}

export interface Loaded<T> {
  data: ShallowRef<T | null>
  error: Ref<ApiError | null>
  loading: Ref<boolean>
  reload: () => void
}

/**
 * Asks again whenever what `ask` reads changes; the older request is given up. `ask` gives null while there is nothing to
 * ask. The last good data stays while newer is on its way.
 */
export function useAsk<T>(ask: () => ((signal: AbortSignal) => Promise<T>) | null): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const error = ref<ApiError | null>(null)
  const loading = ref(false)
  const again = ref(0)
  let control: AbortController | null = null

  watch(
    () => [ask(), again.value] as const,
    async ([run]) => {
      control?.abort()
      control = null
      if (!run) {
        data.value = null
        loading.value = false
        return
      }
      const mine = (control = new AbortController())
      loading.value = true
      try {
        const got = await run(mine.signal)
        if (control !== mine) return
        data.value = got
        error.value = null
      } catch (e) {
        if (control !== mine || isAborted(e)) return
        error.value = asApiError(e)
      }
      loading.value = false
    },
    { immediate: true },
  )
  onScopeDispose(() => control?.abort())
  return { data, error, loading, reload: () => void again.value++ }
}
