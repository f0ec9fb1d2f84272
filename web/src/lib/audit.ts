// One line of the record of what was done, in words: whatever more the server tells beside time, person and action.

import type { AuditEntry } from './people_types'

const ownColumn = new Set(['id', 'at', 'who', 'action', 'subject', 'hash', 'previous', 'previous_hash'])

function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.map(words).filter((s) => s !== '').join(', ')
  return Object.entries(value)
    .map(([k, v]) => [k, words(v)] as const)
    .filter(([, v]) => v !== '')
    .map(([k, v]) => `${k}: ${v}`)
    .join('; ')
}

export function auditWords(entry: AuditEntry): string {
  const { detail, ...rest } = entry
  const more = Object.fromEntries(Object.entries(rest).filter(([key]) => !ownColumn.has(key)))
  return [words(detail), words(more)].filter((s) => s !== '').join('; ')
}
