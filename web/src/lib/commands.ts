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

/** One code may mean different things in different editions. */
export const commandKey = (c: Pick<Command212, 'code' | 'editions'>): string => `${c.code} ${c.editions.join(' ')}`

export type ParameterFault = 'missing' | 'number' | 'range' | 'time' | 'choice' | 'factor' | 'key' | 'word6' | 'digits4' | 'digits6' | 'text'

const written: Partial<Record<string, [ParameterFault, RegExp]>> = {
  factor: ['factor', /^[A-Za-z0-9]{1,6}$/],
  key: ['key', /^[0-9A-Fa-f]{32}$/],
  word6: ['word6', /^[A-Za-z0-9]{6}$/],
  digits4: ['digits4', /^\d{4}$/],
  digits6: ['digits6', /^\d{6}$/],
}

export const isTime = (p: Pick<CommandParameter, 'type'>): boolean => p.type === 'time' || p.type === 'time17'
export const hasRange = (p: CommandParameter): boolean => (p.lowest ?? 0) < (p.highest ?? 0)

/** What is wrong with what was typed; null where nothing is. `;`, `,`, `=` and `&` would break the frame. */
export function faultOf(p: CommandParameter, typed: string): ParameterFault | null {
  const text = typed.trim()
  if (text === '') return p.required ? 'missing' : null
  if (isTime(p)) return toDigits(text) === '' ? 'time' : null
  if ((p.one_of?.length ?? 0) > 0 && !p.one_of?.includes(text)) return 'choice'
  if (p.type === 'number') {
    if (!/^\d+$/.test(text)) return 'number'
    return hasRange(p) && (Number(text) < (p.lowest ?? 0) || Number(text) > (p.highest ?? 0)) ? 'range' : null
  }
  const form = written[p.type]
  if (form) return form[1].test(text) ? null : form[0]
  return /[;,=&\u0000-\u001f]/.test(text) ? 'text' : null
}

/** As the API takes them: what was left empty is left out, times as fourteen digits, or seventeen. */
export function filledIn(parameters: readonly CommandParameter[], typed: Record<string, string>): { name: string; value: string }[] {
  return parameters.flatMap((p) => {
    const text = (typed[p.name] ?? '').trim()
    return text === '' ? [] : [{ name: p.name, value: isTime(p) ? toDigits(text) + (p.type === 'time17' ? '000' : '') : text }]
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
