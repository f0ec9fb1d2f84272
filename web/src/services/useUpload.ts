// Sends a file and tells how much of it has gone; fetch cannot say that, XMLHttpRequest can.

import { onScopeDispose, ref, type Ref } from 'vue'
import { toApiError } from '../lib/problem'
import { apiAddress, ownPage, type Query } from './useApi'

export interface Upload<T> {
  /** share sent, 0..1; null while nothing is on its way */
  sent: Ref<number | null>
  send: (file: File, asked?: Query) => Promise<T>
  cancel: () => void
}

/** `path` is the route that takes the file and answers with what becomes of it. */
export function useUpload<T>(path: string): Upload<T> {
  const sent = ref<number | null>(null)
  let request: XMLHttpRequest | null = null

  function send(file: File, asked: Query = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const r = (request = new XMLHttpRequest())
      r.open('POST', apiAddress(path, { ...asked, name: file.name }))
      r.setRequestHeader('content-type', 'application/octet-stream')
      for (const [name, value] of Object.entries(ownPage)) r.setRequestHeader(name, value)
      r.upload.onprogress = (e) => {
        if (e.lengthComputable) sent.value = e.loaded / e.total
      }
      const body = (): unknown => {
        try {
          return JSON.parse(r.responseText)
        } catch {
          return null
        }
      }
      r.onload = () => {
        if (r.status >= 200 && r.status < 300) resolve(body() as T)
        else reject(toApiError(r.status, body()))
      }
      r.onerror = () => reject(toApiError(0, null))
      r.onabort = () => reject(new DOMException('given up', 'AbortError'))
      r.onloadend = () => (sent.value = null)
      sent.value = 0
      r.send(file)
    })
  }

  const cancel = (): void => request?.abort()
  onScopeDispose(cancel)
  return { sent, send, cancel }
}
