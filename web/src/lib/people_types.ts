// People: who asks, accounts, tokens, the record of what was done.

import type { Instant } from './api_types'

/** In the order of the forms. */
export const roles = ['duty', 'analyst', 'enforcement', 'planner', 'leader', 'enterprise', 'public', 'integrator', 'admin'] as const
export type Role = (typeof roles)[number]

/** `house`: there are no accounts yet, everybody at this machine may do everything. */
export type How = 'nobody' | 'session' | 'token' | 'house'

export interface Caller {
  how: How
  name: string
  shown: string
  roles: string[]
  division: string
  enterprise: string
  /** a code is asked for at sign-in */
  has_totp?: boolean
}

export interface Person {
  name: string
  shown: string
  roles: string[]
  division: string
  enterprise: string
  disabled: boolean
  has_totp?: boolean
  revision: number
}

export interface Token {
  id: string
  label: string
  roles: string[]
  read_only: boolean
  made: Instant
  expires: Instant
  revoked: Instant | null
}

export interface NewToken extends Token {
  /** shown once */
  secret: string
}

export interface AuditEntry {
  number: number
  at: Instant
  who: string
  action: string
  object: string
  outcome: string
  detail: string
  hash: string
}

export interface AuditPage {
  /** newest first */
  items: AuditEntry[]
  /** `before` of the page after; null at the end */
  next: number | null
}
