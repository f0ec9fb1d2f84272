// Small rules of accounts and tokens, for the eye alone: what a person may is the server's to say.

import type { Person, Token } from './people_types'

/** A long secret in fours, so that it can be typed off the screen. */
export function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ')
}

export function tokenState(token: Pick<Token, 'revoked' | 'expires'>, now: number): 'valid' | 'expired' | 'revoked' {
  if (token.revoked) return 'revoked'
  return Date.parse(token.expires) <= now ? 'expired' : 'valid'
}

export interface PersonDraft extends Omit<Person, 'has_totp' | 'revision'> {
  password: string
  /** the second factor is taken away */
  totpLost: boolean
}

export const emptyPerson = (): PersonDraft => ({ name: '', shown: '', roles: [], division: '', enterprise: '', disabled: false, password: '', totpLost: false })

export const draftOf = (p: Person): PersonDraft => ({ name: p.name, shown: p.shown, roles: [...p.roles], division: p.division, enterprise: p.enterprise, disabled: p.disabled, password: '', totpLost: false })

/** As the API takes it: an empty password leaves the old one. */
export function personBody(d: PersonDraft, revision: number): Record<string, unknown> {
  const { password, totpLost, ...rest } = d
  return {
    ...rest,
    name: d.name.trim(),
    shown: d.shown.trim() || d.name.trim(),
    // An enterprise belongs to those who work there alone.
    enterprise: d.roles.includes('enterprise') ? d.enterprise.trim() : '',
    ...(password === '' ? {} : { password }),
    ...(totpLost ? { has_totp: false } : {}),
    revision,
  }
}

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password to hand over, of letters and digits that are not mistaken for each other. `random` gives bytes. */
export function freshPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  // 32 signs: five bits of each byte, none more likely than another
  const signs = [...random(new Uint8Array(16))].map((b) => alphabet[b & 31])
  return [0, 4, 8, 12].map((n) => signs.slice(n, n + 4).join('')).join('-')
}
