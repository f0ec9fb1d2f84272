// Requests to a device: which can be sent, what their form asks for, how a receipt stands.

import type { Command212, CommandParameter, Edition212, Receipt, ReceiptState } from './device_types'
import { toDigits } from './wall'

export const commandGroups = ['data', 'setup', 'control', 'exchange'] as const

/** Sendable in the edition the device speaks, by group; a device that has not spoken yet may get any. */
export function sendable(commands: readonly Command212[], edition: Edition212 | 'later' | null): { group: string; commands: Command212[] }[] {
  const wanted = edition === 'later' ? '2025' : edition
  return commandGroups
    .map((group) => ({
      group,
      commands: commands.filter((c) => c.group === group && c.sendable && (wanted === null || c.editions.includes(wanted))).sort((a, b) => a.code.localeCompare(b.code)),
    }))
    .filter((g) => g.commands.length > 0)
}

export type ParameterFault = 'missing' | 'no-number' | 'no-time' | 'no-plain'

/** What is wrong with what was typed; null where nothing is. `;`, `,`, `=`, `&` and `#` would break the frame. */
export function faultOf(p: CommandParameter, typed: string): ParameterFault | null {
  const text = typed.trim()
  if (text === '') return p.required ? 'missing' : null
  if (p.type === 'time') return toDigits(text) === '' ? 'no-time' : null
  if (p.type === 'number') return /^[+-]?\d+(\.\d+)?$/.test(text) ? null : 'no-number'
  return /[;,=&#\s]/.test(text) ? 'no-plain' : null
}

/** As the API takes them: what was left empty is left out, times as fourteen digits. */
export function filledIn(parameters: readonly CommandParameter[], typed: Record<string, string>): { name: string; value: string }[] {
  return parameters.flatMap((p) => {
    const text = (typed[p.name] ?? '').trim()
    return text === '' ? [] : [{ name: p.name, value: p.type === 'time' ? toDigits(text) : text }]
  })
}

const openStates: ReceiptState[] = ['waiting', 'sent', 'accepted']

export const isOpen = (r: Pick<Receipt, 'state'>): boolean => openStates.includes(r.state)

export const receiptTone: Record<ReceiptState, string> = {
  waiting: '', sent: 'replay', accepted: 'replay', done: 'live', refused: 'bad', failed: 'bad', 'timed-out': 'warn', offline: 'warn',
}

/** The same receipt may come by the stream and by a question in either order: the one with more steps is the newer. */
export function newerReceipt(a: Receipt, b: Receipt): Receipt {
  if (isOpen(a) !== isOpen(b)) return isOpen(a) ? b : a
  return b.steps.length >= a.steps.length ? b : a
}

/** Newest first, each once. */
export function mergeReceipts(had: readonly Receipt[], fresh: readonly Receipt[]): Receipt[] {
  const all = new Map(had.map((r) => [r.id, r]))
  for (const r of fresh) {
    const known = all.get(r.id)
    all.set(r.id, known ? newerReceipt(known, r) : r)
  }
  return [...all.values()].sort((a, b) => b.asked_at.localeCompare(a.asked_at) || b.id.localeCompare(a.id))
}
