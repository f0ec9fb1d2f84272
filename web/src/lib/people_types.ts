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
  /** where the settings name a provider of sign-ins */
  oidc?: boolean
  /** whether a code is asked for at sign-in, where the server tells */
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
  id: number
  at: Instant
  who: string
  action: string
  subject?: string
  detail?: unknown
  [more: string]: unknown
}

export interface AuditPage {
  items: AuditEntry[]
  /** `before` of the next page; null at the end */
  next?: number | string | null
  /** whether the chain of hashes holds, where the server says so */
  verified?: boolean | null
  broken_at?: number | null
}
