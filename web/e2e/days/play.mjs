// Plays a working day step by step with the people who have it. What the page cannot show is said, not passed over.

import assert from 'node:assert/strict'
import { accountOf, countOf, standsBefore } from './before.mjs'
import { aDay } from './day.mjs'
import { sitsDown } from './days_driver.mjs'

const seats = new Map() // by account: who sat down stays for the next day

async function seatOf(t, person) {
  const account = await accountOf(person)
  if (!seats.has(account)) seats.set(account, await sitsDown(t, person))
  return seats.get(account)
}

/** `t` lasts as long as the people sit. Gives what was left out, as [what, why]. */
export async function playDay(t, id) {
  const day = aDay(id)
  const left_out = day.left > 0 ? [[`${day.left} steps`, 'the clock moves on']] : []
  const named = new Map() // the day's name of a record -> {register, id}
  const titles = new Map() // its id -> what it is called
  const held_none = new Map() // register -> whether it was empty before the day
  const met = new Set()
  let opened = false
  let widest = undefined // who acted last and sees the whole city

  const withIds = (text) =>
    text.replace(/\$\{(\w+)\}/g, (_, name) => named.get(name)?.id ?? assert.fail(`nothing is called ${name}`))
  const filled = (values) => {
    const entries = Object.entries(values ?? {})
    return Object.fromEntries(entries.map(([k, v]) => [k, typeof v === 'string' ? withIds(v) : v]))
  }
  const recordOf = (text) => named.get(/^\$\{(\w+)\}$/.exec(text)?.[1]) ?? assert.fail(`${text} is no record`)

  async function seat(who) {
    const person = await seatOf(t, day.people[who])
    if (!met.has(person)) await person.beginsAnew()
    met.add(person)
    return person
  }
  /** The first comes from the plan, by its name; then one knows where it lies. */
  async function toRegister(person, register) {
    if (await person.isIn(register)) return person.toList()
    if (opened || !day.holds(register)) return person.opensRegister(register)
    opened = true
    return person.opensSystem(day.row, register)
  }
  async function toRecord(person, { register, id: record }) {
    assert.ok(await toRegister(person, register), `${person.account} is not offered ${register}`)
    await person.opensRecord(register, record)
  }
  /** Whether it was refused, as the day says, after it was sent. */
  async function isRefused(person, register, which, { take, refused }) {
    if (!refused) return false
    if (refused.forbidden) await person.isForbidden(which)
    else if (refused.missing) await person.missingSays(day, register, take, refused.missing)
    else await person.refusalSays(day, register, which, refused)
    await person.leaves(which)
    return true
  }

  async function save(step) {
    const register = step.save
    if (!day.holds(register)) {
      const { id: made, title } = await standsBefore(register, filled(step.values))
      titles.set(made, title)
      if (step.as) named.set(step.as, { register, id: made })
      return
    }
    if (!held_none.has(register)) held_none.set(register, (await countOf(register)) === 0)
    const person = await seat(step.by)
    // Who sees no more than what is public is shown the list, and refused its figures.
    if (step.refused?.forbidden) person.expectsRefusal()
    const offered = await toRegister(person, register)
    if (step.refused?.forbidden && (!offered || !(await person.mayEnter()))) return
    assert.ok(offered, `${step.by} is not offered ${register}`)
    const not_offered = await person.fillsNew(register, filled(step.values), titles)
    if (not_offered !== null) {
      assert.equal(not_offered, step.refused?.field, `${not_offered} does not offer what it is to hold`)
      return person.leaves('record')
    }
    await person.sends('record', { refused: !!step.refused })
    if (await isRefused(person, register, 'record', step)) return
    await person.isSent('record')
    const made = await person.madeRecord()
    titles.set(made.id, made.title)
    if (step.as) named.set(step.as, { register, id: made.id })
    await person.recordSays(day, register, filled(step.expect))
  }

  /** Sends what was filled in of a record that stands: it is refused, or the record is, as the day says. */
  async function sendsIt(person, record, form, step) {
    await person.sends(form, { refused: !!step.refused })
    if (await isRefused(person, record.register, form, step)) return
    await person.isSent(form)
    await person.recordSays(day, record.register, filled(step.expect))
  }

  async function change(step) {
    const person = await seat(step.by)
    const record = recordOf(step.change)
    await toRecord(person, record)
    if (step.refused?.forbidden && !(await person.mayChange())) return
    await person.fillsChange(record.register, filled(step.values), titles)
    await sendsIt(person, record, 'record', step)
  }

  async function take(step) {
    const person = await seat(step.by)
    const record = recordOf(step.of)
    await toRecord(person, record)
    if (step.refused?.forbidden && !(await person.mayTake(step.take))) return
    await person.opensStep(step.take)
    const asked = {}
    const beside = {}
    for (const [k, v] of Object.entries(filled(step.values))) ((await person.isAsked(k)) ? asked : beside)[k] = v
    if (Object.keys(beside).length > 0) {
      // What the step does not ask for is written into the record before.
      await person.leaves('step')
      await person.fillsChange(record.register, beside, titles)
      await person.sends('record')
      await person.isSent('record')
      await person.opensStep(step.take)
    }
    await person.fillsStep(record.register, asked, step.why, titles)
    for (const one of step.evidence ?? []) await person.proves(one, { refused: !!step.refused })
    await sendsIt(person, record, 'step', step)
  }

  async function look(step) {
    const person = await seat(step.by)
    const record = recordOf(step.look)
    if (step.expect !== 'nothing') {
      await toRecord(person, record)
      return person.recordSays(day, record.register, filled(step.expect))
    }
    person.expectsRefusal()
    await person.followsLink(record.register, record.id)
    await person.seesNoRecord()
  }

  async function withdraw(step) {
    const person = await seat(step.by)
    await toRecord(person, recordOf(step.withdraw))
    await person.withdraws(step.why)
  }

  async function indicator(step) {
    const [register, figure] = step.indicator.split('/')
    if (!held_none.get(register)) return left_out.push([step.indicator, 'it counts what the city held before'])
    const person = await seat(widest)
    await toRegister(person, register)
    await person.indicatorIs(figure, step.is)
  }

  const list = (step) => left_out.push([`list of ${step.list}`, 'it has what the city held before'])

  const acts = { save, change, take, look, withdraw, indicator, list }
  for (const step of day.steps) {
    const act = Object.keys(acts).find((a) => step[a] !== undefined)
    assert.ok(act, `nobody knows how to do ${JSON.stringify(step)}`)
    const { division, enterprise } = day.people[step.by] ?? {}
    if (day.people[step.by] && !division && !enterprise) widest = step.by
    await acts[act](step)
  }
  return left_out
}
