// A file of records on its way in: sent with its progress, then its job is asked until it ends.

import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toApiError, type ApiError } from '../lib/problem'
import type { RecordImport } from '../lib/register_types'
import { apiAddress, asApiError, getJson, isAborted, ownPage, step } from './useApi'

const pause_ms = 400

export interface RecordUpload {
  /** share sent, 0..1; null while nothing is on its way */
  sent: Ref<number | null>
  job: ShallowRef<RecordImport | null>
  error: Ref<ApiError | null>
  start: (register: string, file: File, preview: boolean) => Promise<void>
}

const running = (job: RecordImport): boolean => job.state !== 'done' && job.state !== 'failed'

export function useRecordImport(): RecordUpload {
  const sent = ref<number | null>(null)
  const job = shallowRef<RecordImport | null>(null)
  const error = ref<ApiError | null>(null)
  let request: XMLHttpRequest | null = null
  let turn = 0

  function post(register: string, file: File, preview: boolean): Promise<RecordImport> {
    return new Promise((resolve, reject) => {
      const r = (request = new XMLHttpRequest())
      r.open('POST', apiAddress(`registers/${step(register)}/imports`, { name: file.name, preview: preview ? 'yes' : null }))
      r.setRequestHeader('content-type', 'application/octet-stream')
      for (const [name, value] of Object.entries(ownPage)) r.setRequestHeader(name, value)
      r.upload.onprogress = (e) => {
        if (e.lengthComputable) sent.value = e.loaded / e.total
      }
      r.onload = () => {
        let body: unknown = null
        try {
          body = JSON.parse(r.responseText)
        } catch {
          body = null // told below by the status
        }
        if (r.status >= 200 && r.status < 300) resolve(body as RecordImport)
        else reject(toApiError(r.status, body))
      }
      r.onerror = () => reject(toApiError(0, null))
      r.onabort = () => reject(new DOMException('given up', 'AbortError'))
      r.onloadend = () => (sent.value = null)
      sent.value = 0
      r.send(file)
    })
  }

  async function start(register: string, file: File, preview: boolean): Promise<void> {
    const mine = ++turn
    error.value = null
    job.value = null
    try {
      let now = await post(register, file, preview)
      while (mine === turn) {
        job.value = now
        if (!running(now)) return
        await new Promise((r) => setTimeout(r, pause_ms))
        now = await getJson<RecordImport>(`record-imports/${step(now.id)}`)
      }
    } catch (e) {
      if (!isAborted(e) && mine === turn) error.value = asApiError(e)
    }
  }

  onScopeDispose(() => {
    ++turn
    request?.abort()
  })
  return { sent, job, error, start }
}
