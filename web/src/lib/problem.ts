// Errors of the API are RFC 9457 problems, worded by the server for the person who must act.

import type { Problem } from './api_types'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** which field of the request was wrong */
    readonly field: string | null = null,
    /** the whole answer, for those that say more: findings, the newest record */
    readonly body: unknown = null,
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
    return new ApiError(status, words, typeof p.field === 'string' ? p.field : null, body)
  }
  return new ApiError(status, status === 0 ? '' : `HTTP ${status}`)
}
