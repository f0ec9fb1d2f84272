// Errors of the API are RFC 9457 problems, worded by the server for the person who must act.

import type { Problem } from './api_types'

/** One of several things that were wrong with a record: which field, which check, in both languages. */
export interface Finding {
  field: string
  check: string
  severity: 'error' | 'warning'
  zh: string
  en: string
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** which field of the request was wrong */
    readonly field: string | null = null,
    /** everything that was wrong, where the server names several */
    readonly findings: readonly Finding[] = [],
    /** on a conflict: what stands there now */
    readonly newest: unknown = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

/** Status 0 is a server that could not be reached. */
export function toApiError(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null && 'title' in body) {
    const p = body as Problem
    const words = [p.title, p.detail].filter((s) => typeof s === 'string' && s !== '').join(': ')
    return new ApiError(status, words, typeof p.field === 'string' ? p.field : null, Array.isArray(p.findings) ? p.findings : [], p.newest ?? null)
  }
  return new ApiError(status, status === 0 ? '' : `HTTP ${status}`)
}

/** What a person who is not signed in, or not allowed, can help by signing in. */
export const wantsSignIn = (error: Pick<ApiError, 'status'> | null): boolean => error?.status === 401 || error?.status === 403
