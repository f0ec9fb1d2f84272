// Sends a file and tells how much of it has gone; fetch cannot say that, XMLHttpRequest can.

import { onScopeDispose, ref, type Ref } from 'vue'
import type { ImportJob } from '../lib/api_types'
import { toApiError } from '../lib/problem'
import { apiAddress, ownPage } from './useApi'

export interface Upload {
  /** share sent, 0..1; null while nothing is on its way */
  sent: Ref<number | null>
  send: (file: File, format: string) => Promise<ImportJob>
  cancel: () => void
}

export function useUpload(): Upload {
  const sent = ref<number | null>(null)
  let request: XMLHttpRequest | null = null

  function send(file: File, format: string): Promise<ImportJob> {
    return new Promise((resolve, reject) => {
      const r = (request = new XMLHttpRequest())
      r.open('POST', apiAddress('imports', { format, name: file.name }))
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
        if (r.status >= 200 && r.status < 300) resolve(body() as ImportJob)
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
