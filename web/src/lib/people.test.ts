import { describe, expect, it } from 'vitest'
import { draftOf, emptyPerson, freshPassword, grouped, personBody, tokenState } from './people'

describe('people', () => {
  it('writes a secret in fours', () => {
    expect(grouped('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP')
    expect(grouped('ABCDE')).toBe('ABCD E')
    expect(grouped('')).toBe('')
  })

  it('tells a token that ended from one that was taken back', () => {
    const expires = '2026-06-01T00:00:00Z'
    const end = Date.parse(expires)
    expect(tokenState({ expires, revoked: null }, end - 1)).toBe('valid')
    expect(tokenState({ expires, revoked: null }, end)).toBe('expired')
    expect(tokenState({ expires, revoked: '2026-05-01T00:00:00Z' }, end - 1)).toBe('revoked')
  })

  it('sends no password that was not typed, and no enterprise of people of the bureau', () => {
    const draft = { ...emptyPerson(), name: ' zhang ', roles: ['duty'], enterprise: 'QY000001' }
    expect(personBody(draft, 3)).toEqual({ name: 'zhang', shown: 'zhang', roles: ['duty'], division: '', enterprise: '', disabled: false, revision: 3 })
    expect(personBody({ ...draft, roles: ['enterprise'], password: 'long enough 1' }, 0)).toMatchObject({ enterprise: 'QY000001', password: 'long enough 1' })
    expect(personBody({ ...draft, totpLost: true }, 1)).toMatchObject({ has_totp: false })
  })

  it('begins the form of a known person with what is known, never with a password', () => {
    const p = { name: 'li', shown: '李', roles: ['leader'], division: '360200', enterprise: '', disabled: true, revision: 2 }
    expect(draftOf(p)).toEqual({ name: 'li', shown: '李', roles: ['leader'], division: '360200', enterprise: '', disabled: true, password: '', totpLost: false })
  })

  it('makes passwords of sixteen signs that are not mistaken for each other', () => {
    let n = 0
    const counting = (bytes: Uint8Array<ArrayBuffer>): Uint8Array => bytes.map(() => n++)
    const made = [freshPassword(counting), freshPassword(counting)]
    for (const p of made) expect(p).toMatch(/^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){3}$/)
    expect(made[0]).not.toBe(made[1])
  })
})
