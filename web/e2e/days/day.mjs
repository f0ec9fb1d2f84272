// A working day of packs/systems/days as the page can play it: moved so that it begins now, as far as its clock stands
// still.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readYaml } from './yaml.mjs'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../packs/systems')
const minute_ms = 60_000
const beijing_ms = 8 * 3_600_000

/** "2026-03-02", or with a time of Beijing, in milliseconds of a clock without zones. */
const wall = (text) => Date.parse(`${text.length === 10 ? `${text} 00:00` : text}Z`.replace(' ', 'T'))
const dayText = (ms) => new Date(ms).toISOString().slice(0, 10)
const timeText = (ms) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** Days go by whole days, times by minutes: what lay before or after the clock of the day still does. */
function moved(value, at) {
  const now = Math.floor((Date.now() + beijing_ms) / minute_ms) * minute_ms
  const days = wall(dayText(now)) - wall(at.slice(0, 10))
  if (Array.isArray(value)) return value.map((v) => moved(v, at))
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, moved(v, at)]))
  }
  if (/^\d{4}-\d\d-\d\d$/.test(value ?? '')) return dayText(wall(value) + days)
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(value ?? '')) return timeText(wall(value) + now - wall(at))
  return value
}

function packOf(day) {
  for (const name of readdirSync(folder).filter((n) => n.endsWith('.yaml')).sort()) {
    const text = readFileSync(join(folder, name), 'utf8')
    if (!text.includes(`day: ${day}`)) continue
    const pack = readYaml(text, name)
    const row = pack.rows?.find((r) => r.day === day)
    if (row) return { pack, row }
  }
  throw new Error(`no pack says that it is played by the day ${day}`)
}

/** As far as the page's clock can follow, which nobody turns: an hour later is as good as now, another day is not. */
function playable(day) {
  const out = []
  let at = day.at
  for (const [n, step] of day.steps.entries()) {
    if (step.at?.slice(0, 10) === day.at.slice(0, 10)) at = step.at
    else if (step.at) return { steps: out, left: day.steps.length - n }
    else out.push(moved(step, at))
  }
  return { steps: out, left: 0 }
}

/** The day by its id, with the pack whose rules it tests; `left`: how many of its steps another day belongs to. */
export function aDay(id) {
  const day = readYaml(readFileSync(join(folder, 'days', `${id}.yaml`), 'utf8'), `${id}.yaml`)
  const { pack, row } = packOf(id)
  const registers = new Map((pack.registers ?? []).map((r) => [r.id, r]))
  const stepOf = (register, step) => registers.get(register)?.lifecycle.steps.find((s) => s.id === step)
  return {
    id,
    row,
    people: day.people ?? {},
    ...playable(day),
    holds: (register) => registers.has(register),
    /** The pack's own words for a check, and the field it speaks of. */
    check: (register, check) => {
      const found = registers.get(register)?.checks?.find((c) => c.id === check)
      return found ?? assert.fail(`${register} has no check ${check}`)
    },
    /** The pack's own words for the n-th condition of a step. */
    must: (register, step, n) => stepOf(register, step)?.must?.[n - 1]?.zh ?? assert.fail(`${step} has no must ${n}`),
    evidence: (register, step, id) => stepOf(register, step)?.evidence?.find((e) => e.id === id),
  }
}

/** What of a pack's words stands there whatever the record: the parts between its braces. */
export function fixedParts(words) {
  const parts = words.split(/\{[^}]*\}/).map((p) => p.trim()).filter((p) => p.length > 1)
  assert.ok(parts.length > 0, `nothing stands fast in '${words}'`)
  return parts
}
