import { describe, expect, it } from 'vitest'
import { toApiError, wantsSignIn } from './problem'

describe('problem', () => {
  it('keeps the words and the field of the server', () => {
    const e = toApiError(422, { type: '/problems/bad-value', title: 'Bad value', status: 422, detail: 'who is empty', field: 'who' })
    expect([e.status, e.message, e.field]).toEqual([422, 'Bad value: who is empty', 'who'])
  })

  it('says the status where the answer is no problem document', () => {
    expect(toApiError(502, '<html>').message).toBe('HTTP 502')
    expect(toApiError(500, null).field).toBeNull()
  })

  it('keeps every finding of a refused record, and what stands there now', () => {
    const findings = [{ field: 'place', check: 'needed', severity: 'error' as const, zh: '须填位置', en: 'place is needed' }]
    expect(toApiError(422, { type: '', title: 'Refused', status: 422, findings }).findings).toEqual(findings)
    expect(toApiError(409, { type: '', title: 'Changed', status: 409, newest: { revision: 4 } }).newest).toEqual({ revision: 4 })
  })

  it('asks for a sign-in where that helps, and only there', () => {
    expect([401, 403, 404, 409, 0].map((status) => wantsSignIn({ status }))).toEqual([true, true, false, false, false])
  })
})
