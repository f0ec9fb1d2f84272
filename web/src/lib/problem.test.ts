import { describe, expect, it } from 'vitest'
import { toApiError } from './problem'

describe('problem', () => {
  it('keeps the words and the field of the server', () => {
    const e = toApiError(422, { type: '/problems/bad-value', title: 'Bad value', status: 422, detail: 'who is empty', field: 'who' })
    expect([e.status, e.message, e.field]).toEqual([422, 'Bad value: who is empty', 'who'])
  })

  it('says the status where the answer is no problem document', () => {
    expect(toApiError(502, '<html>').message).toBe('HTTP 502')
    expect(toApiError(500, null).field).toBeNull()
  })
})
