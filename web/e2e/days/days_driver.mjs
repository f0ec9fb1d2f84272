// Plays a working day in the page as the people of the day would: each signed in, finding the system, filling its forms, pressing
// its steps, reading what it says. This file alone knows the page.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, server, visit } from '../driver.mjs'
import { aPhoto } from '../photo.mjs'
import { aDay, fixedParts } from './day.mjs'

const password = 'kiln-glaze-2604'
const house = { role: 'admin', division: '', enterprise: '' }
const secrets = new Map()
const described = new Map()
const no_value = '—'

// ---- what precedes the day, and what is true of it, asked without the page ----------------------------------------------------

async function send(path, { method = 'GET', body, as } = {}) {
  const cookie = as && secrets.get(as) ? { cookie: `celadon_session=${secrets.get(as)}` } : {}
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(`${server}/api/v1/${path}`, { method, headers: { 'content-type': 'application/json', 'x-celadon': '1', ...cookie }, ...sent })
  const text = await response.text()
  return { status: response.status, text, json: text === '' ? null : JSON.parse(text), cookie: response.headers.get('set-cookie') ?? '' }
}
async function ask(path, more) {
  const got = await send(path, { as: 'root', ...more })
  assert.ok(got.status < 300, `${path} answered ${got.status}: ${got.text}`)
  return got.json
}

const accountOf = ({ role, division, enterprise }) => (role === 'admin' ? 'root' : [role, division, enterprise].filter((x) => x).join('-').toLowerCase())

/** Sees to it that a person of a day has an account; the first one closes the house. */
async function anAccount(person) {
  if (!secrets.has('root')) {
    const first = { name: 'root', shown: '系统管理员', roles: ['admin'], division: '', enterprise: '', disabled: false, password }
    const { how } = (await send('session')).json
    if (how === 'house') await ask('people', { method: 'POST', body: first })
    const signed = await send('session', { method: 'POST', body: { name: 'root', password } })
    assert.equal(signed.status, 200, signed.text)
    secrets.set('root', /celadon_session=([^;]+)/.exec(signed.cookie)[1])
  }
  const name = accountOf(person)
  if (secrets.has(name)) return name
  const { role, division = '', enterprise = '' } = person
  await ask('people', { method: 'POST', body: { name, shown: name, roles: [role], division, enterprise, disabled: false, password } })
  secrets.set(name, '')
  return name
}

async function describe(register) {
  if (!described.has(register)) described.set(register, await ask(`registers/${register}`))
  return described.get(register)
}
const fieldOf = async (register, id) => (await describe(register)).fields.find((f) => f.id === id)
const countOf = async (register) => (await ask(`registers/${register}/records?limit=1&count=yes`)).total

const truthOf = (v) => /^(true|是|yes)$/.test(v)
function asSent(field, text) {
  if (field.type === 'number' || field.type === 'whole') return Number(text)
  if (field.type === 'yes-no') return truthOf(text)
  if (field.type === 'point') return { type: 'Point', coordinates: text.split(',').map(Number) }
  if (field.type === 'time') return `${text.replace(' ', 'T')}:00+08:00`
  return field.many ? text.split(';') : text
}

/** What other systems hold (enterprises, duty units, ...) is there before the day; the demo city may have it already. */
async function standsBefore(register, values) {
  const { fields } = await describe(register)
  const sent = Object.fromEntries(Object.entries(values).map(([k, v]) => [k, asSent(fields.find((f) => f.id === k), v)]))
  const made = await send(`registers/${register}/records`, { method: 'POST', as: 'root', body: { values: sent, why: '示例' } })
  if (made.status === 201) return made.json
  const unique = fields.find((f) => made.json.findings?.some((x) => x.check === 'unique' && x.field === f.id))
  const { items } = await ask(`registers/${register}/records?words=${encodeURIComponent(unique ? sent[unique.id] : values.code ?? '')}`)
  const known = items.find((r) => (unique ? r.values[unique.id] === sent[unique.id] : r.id === values.code))
  assert.ok(known, `${register}: ${made.text}`)
  return ask(`registers/${register}/records/${known.id}`, { method: 'PUT', body: { values: sent, why: '示例', revision: known.revision } })
}

// ---- a person of the day before the page --------------------------------------------------------------------------------------

/** A file as the camera leaves it, made now or when the day says; gone when the test ends. */
function aFile(t, taken = null) {
  const folder = mkdtempSync(join(tmpdir(), 'celadon-day-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'photo.png')
  writeFileSync(path, aPhoto().buffer)
  const at = taken ? new Date(`${taken.replace(' ', 'T')}:00+08:00`) : new Date()
  utimesSync(path, at, at)
  return path
}

const isNone = (v) => v === 'none' || v === null
const numberIn = (text) => Number(/^-?[\d\u202f]+(\.\d+)?([eE][-+]?\d+)?/.exec(text.trim())?.[0].replace(/\u202f/g, '') ?? Number.NaN)

async function sitsDown(t, person) {
  const account = await anAccount(person)
  const { page, expects, then } = await visit(t, { hash: '#/account' })
  const signIn = page.locator('form[data-form=sign-in]')
  await signIn.locator('[name=name]').fill(account)
  await signIn.locator('[name=password]').fill(password)
  await signIn.locator('button[type=submit]').click()
  await page.locator('[data-act=account]', { hasText: account === 'root' ? '系统管理员' : account }).waitFor()
  await page.context().grantPermissions(['geolocation'], { origin: server })

  const title = page.locator('.record .title')
  const form = page.locator('form[data-form=record]')
  const stepForm = page.locator('form[data-form=step]')

  async function fromPalette(words, entry) {
    await page.keyboard.press('Control+k')
    const palette = page.locator('[data-part=palette]')
    await palette.locator('input').fill(words)
    await palette.locator(`[data-entry="${entry}"]`).click()
  }

  /** False where the list that came for the words does not have it: what a person may not see is not offered. */
  async function choosesInList(at, words, id) {
    const asked = page.waitForResponse((r) => new URL(r.url()).searchParams.get('words') === words).catch(() => null)
    const option = at.locator(`[data-option="${id}"]`)
    await at.locator('[role=combobox]').fill(words)
    const came = asked.then((response) => response?.finished()).then(() => page.waitForTimeout(100)) // it is drawn a moment later
    await Promise.race([option.waitFor().catch(() => null), came])
    if (await option.count()) return option.click().then(() => true)
    await at.locator('[role=option][aria-disabled=true]').waitFor()
    return false
  }
  async function fillsField(scope, field, value, titles) {
    const at = scope.locator(`[data-field="${field.id}"]`)
    const input = at.locator(`[name="${field.id}"]`)
    const each = isNone(value) && !(await hasCode(field, value)) ? [] : value.split(';')
    if (field.type === 'point') {
      const [lon = '', lat = ''] = each.length === 0 ? [] : value.split(',')
      await at.locator(`[name="${field.id}.lon"]`).fill(lon)
      await at.locator(`[name="${field.id}.lat"]`).fill(lat)
    } else if (field.type === 'line' || field.type === 'area') {
      await input.fill(each[0]?.split(' ').join('\n') ?? '')
    } else if (field.type === 'yes-no') {
      await input.selectOption(each.length === 0 ? '' : truthOf(value) ? 'yes' : 'no')
    } else if (field.type === 'files') {
      const files = value.map(() => aFile(t))
      await input.setInputFiles(files)
      await eventually('the files arrived', async () => assert.equal(await at.locator('li').count(), files.length))
    } else if (await at.locator('[role=combobox]').count()) {
      if (each.length === 0) await at.locator('[role=combobox]').fill('')
      for (const one of each) if (!(await choosesInList(at, titles.get(one) ?? one, one))) return false
    } else if (await at.locator('select').count()) {
      await input.selectOption(each[0] ?? '')
    } else if (await at.locator('input[type=checkbox]').count()) {
      for (const box of await input.all()) await box.setChecked(each.includes(await box.getAttribute('value')))
    } else {
      await input.fill(each.length === 0 ? '' : field.type === 'time' ? value.replace(' ', 'T') : value)
    }
  }
  /** The field whose value was not to be had; null where all are filled. */
  async function fillsAll(scope, register, values, titles) {
    for (const [id, value] of Object.entries(values)) if ((await fillsField(scope, await fieldOf(register, id), value, titles)) === false) return id
    return null
  }
  async function hasCode(field, code) {
    return field.type === 'code' && ((await ask(`codes/${field.of}?words=${code}&limit=50`)).items ?? []).some((c) => c.code === code)
  }

  /** A fact of the record is what the day says. */
  async function factIs(register, id, expected) {
    const field = await fieldOf(register, id)
    assert.ok(field, `${register} has no field ${id}`)
    const at = page.locator(`[data-part=facts] [data-fact="${id}"] dd`)
    const shown = async () => ((await at.locator('.value').count()) ? at.locator('.value').first() : at).innerText()
    if (isNone(expected)) return assert.equal((await shown()).trim(), no_value, id)
    const text = (await shown()).trim()
    if (field.type === 'number' || field.type === 'whole') {
      const slack = (field.decimals === undefined || field.decimals === null ? 0 : 0.5 * 10 ** -field.decimals) + 1e-9 * Math.max(1, Math.abs(Number(expected)))
      const n = numberIn(text)
      assert.ok(Math.abs(n - Number(expected)) <= slack, `${id} is '${text}', expected ${expected}`)
    } else if (field.type === 'yes-no') assert.equal(text, truthOf(expected) ? '是' : '否', id)
    else if (field.type === 'code') {
      const names = await Promise.all(expected.split(';').map(async (code) => {
        const list = (await describe(register)).codes.find((c) => c.id === field.of)?.items ?? (await ask(`codes/${field.of}?words=${code}&limit=50`)).items
        return list.find((c) => c.code === code)?.zh ?? code
      }))
      assert.equal(text, names.join('、'), id)
    } else if (field.type === 'reference') assert.ok((await at.locator('a').first().getAttribute('href')).includes(encodeURIComponent(expected)), id)
    else assert.equal(text, expected, id)
  }

  const headSays = {
    state: async (state) => assert.equal(await title.locator('[data-state]').getAttribute('data-state'), state),
    due: async (day) => {
      const ends = await title.locator('[data-due]').evaluateAll((all) => all.map((d) => /\d{4}-\d\d-\d\d/.exec(d.textContent)?.[0]))
      if (isNone(day)) assert.deepEqual(ends, [])
      else assert.equal(ends.sort()[0], day, `due is ${ends}`)
    },
    overdue: async (is) => assert.equal((await title.locator('[data-due] .badge.bad').count()) > 0, truthOf(is), 'overdue'),
    title: async (words) => assert.equal((await title.locator('h2').innerText()).trim(), words),
    id: async (id) => assert.equal((await page.locator('[data-part=record-id]').innerText()).trim(), id),
  }

  /** The page of the record says all of it, in the pack's words where a check speaks. */
  async function recordSays(day, register, expected) {
    await eventually(`${register} of ${day.id}`, async () => {
      const findings = await page.locator('.record > [data-part=findings]').innerText()
      for (const [key, value] of Object.entries(expected ?? {})) {
        if (key === 'warns' || key === 'silent') {
          for (const id of value) {
            const parts = fixedParts(day.check(register, id).zh)
            if (key === 'warns') for (const p of parts) assert.ok(findings.includes(p), `${id} does not warn '${p}': ${findings}`)
            else assert.ok(!parts.every((p) => findings.includes(p)), `${id} warns: ${findings}`)
          }
        } else if (headSays[key]) await headSays[key](value)
        else await factIs(register, key, value)
      }
    })
  }

  /** What was refused stands in the list of what is wrong, and at its field, in the pack's words where a check speaks. */
  async function refusalSays(day, register, scope, refused) {
    const check = refused.check ? day.check(register, refused.check) : null
    const name = refused.field ?? check?.field
    const field = name ? await fieldOf(register, name) : null
    await eventually(`${register} is refused ${JSON.stringify(refused)}`, async () => {
      const told = await scope.locator('[data-part=findings]').innerText()
      const lines = told.split('\n')
      for (const p of check ? fixedParts(check.zh) : []) assert.ok(told.includes(p), `no '${p}' in: ${told}`)
      if (field) assert.ok(lines.some((l) => l.includes(field.zh)), `nothing of ${field.zh} in: ${told}`)
      assert.ok(told.includes('要改'), `nothing to mend in: ${told}`)
      const at = scope.locator(`[data-field="${name}"]`)
      if (field && !field.formula && (await at.count())) {
        assert.ok((await at.locator('[role=alert]').count()) > 0, `${field.zh} says nothing itself`)
        for (const p of check ? fixedParts(check.zh) : []) assert.ok((await at.innerText()).includes(p), `${field.zh} does not say '${p}'`)
      }
    })
  }

  /** False where it is not offered: not everybody may see every register. */
  const opensRegister = async (register) => {
    const { name } = await describe(register)
    const mine = (await page.evaluate(async () => (await fetch('/api/v1/systems')).json())).items.flatMap((s) => s.registers)
    if (!mine.some((r) => r.id === register && r.may.read)) {
      await page.keyboard.press('Control+k')
      const palette = page.locator('[data-part=palette]')
      await palette.locator('input').fill(name.zh)
      await palette.locator('[role=status]', { hasNotText: '搜索' }).waitFor()
      assert.equal(await palette.locator(`[data-entry="register:${register}"]`).count(), 0)
      await page.keyboard.press('Escape')
      return false
    }
    await fromPalette(name.zh, `register:${register}`)
    await page.locator('[data-part=total]').waitFor()
    await page.locator('nav [data-act=to-list][aria-current=page]', { hasText: name.zh }).waitFor()
    return true
  }

  return {
    page,
    then,
    /** From the plan's own name for it to the list of one of its registers. */
    opensSystem: async (row, register) => {
      const found = (await ask('systems/rows')).items.find((r) => r.id === row.id)
      await fromPalette(`${row.id} ${found.name.zh.slice(0, 4)}`, `system:${row.id}`)
      const article = page.locator(`article[data-row="${row.id}"]`)
      const own = article.locator('[data-system]', { has: page.locator(`[data-register="${register}"]`) })
      await own.waitFor()
      assert.ok((await own.locator('[data-part=rule]').innerText()).includes(row.rule.zh), `${row.id} does not say its rule`)
      await own.locator(`[data-register="${register}"] a.name`).click()
      await page.locator('[data-part=total]').waitFor()
    },
    opensRegister,
    isInRegister: async (register) => (await page.locator('[data-act=to-list]').count()) > 0 && new URLSearchParams(page.url().split('?').pop()).get('register') === register,
    toList: async () => {
      await page.locator('[data-act=to-list]').click()
      await page.locator('[data-part=total]').waitFor()
    },
    /** Whether the list offers to enter a record. */
    mayEnter: async () => {
      await page.locator('.tools').waitFor()
      return (await page.locator('[data-act=new]').count()) > 0
    },
    fillsNew: async (register, values, titles) => {
      await page.locator('[data-act=new]').click()
      await form.waitFor()
      return fillsAll(form, register, values, titles)
    },
    saves: async ({ refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      await form.locator('button[type=submit]').click()
    },
    isSaved: async () => {
      await form.waitFor({ state: 'detached' }).catch(async () => assert.fail(`not saved: ${await form.innerText()}`))
      await title.waitFor()
      return { id: (await page.locator('[data-part=record-id]').innerText()).trim(), title: (await title.locator('h2').innerText()).trim() }
    },
    leavesForm: async () => {
      await form.locator('.form-acts button[type=button]').last().click()
      await form.waitFor({ state: 'detached' })
    },
    opensRecord: async (register, id) => {
      const { lifecycle } = await describe(register)
      const steps = lifecycle ? page.waitForResponse((r) => r.url().endsWith(`/records/${encodeURIComponent(id)}/steps`)) : null
      await page.locator('input[name=words]').fill(id)
      await page.locator(`tr[data-row="${id}"] th a`).click()
      await title.waitFor()
      await steps
    },
    /** A link that somebody sent; the record may be another's. */
    followsLink: (register, id) => page.evaluate(([r, i]) => (location.hash = `#/registers?register=${r}&record=${encodeURIComponent(i)}&part=record`), [register, id]),
    seesNoRecord: async () => {
      await page.locator('.top .problem, .page > .problem').first().waitFor()
      assert.equal(await title.count(), 0)
    },
    expectsRefusal: () => expects(/status of 4\d\d/),
    mayChange: async () => (await page.locator('[data-act=edit]').count()) > 0,
    changes: async (register, values, titles) => {
      await page.locator('[data-act=edit]').click()
      await form.waitFor()
      assert.equal(await fillsAll(form, register, values, titles), null)
      await form.locator('[name=why]').fill('示例')
    },
    withdraws: async (why) => {
      await page.locator('[data-act=withdraw]').click()
      await page.locator('[data-form=withdraw] [name=why]').fill(why)
      await page.locator('[data-form=withdraw] button[type=submit]').click()
    },
    stepIsOffered: async (step) => (await page.locator(`[data-step="${step}"]`).count()) > 0,
    opensStep: async (step) => {
      await page.locator(`[data-step="${step}"]`).click()
      await stepForm.waitFor()
    },
    asksFor: async (field) => (await stepForm.locator(`[data-field="${field}"]`).count()) > 0,
    fillsStep: async (register, values, why, titles) => {
      assert.equal(await fillsAll(stepForm, register, values, titles), null)
      if (why) await stepForm.locator('[name=why]').fill(why)
    },
    /** The camera takes its picture now, and where the day says; an old one is what a refusal may be about. */
    proves: async (evidence, { refused = false } = {}) => {
      const slot = stepForm.locator(`[data-evidence="${evidence.id}"]`)
      if (evidence.place) {
        const [longitude, latitude] = evidence.place.split(',').map(Number)
        await page.context().setGeolocation({ longitude, latitude, accuracy: 5 })
      }
      const before = await slot.locator('li').count()
      const camera = evidence.photo ? '.camera' : ''
      await slot.locator(`[name="evidence.${evidence.id}${camera}"]`).setInputFiles(aFile(t, refused ? evidence.taken : null))
      await eventually('the proof arrived', async () => assert.equal(await slot.locator('li').count(), before + 1))
    },
    takesStep: async ({ refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      await stepForm.locator('button[type=submit]').click()
    },
    isTaken: () => stepForm.waitFor({ state: 'detached' }).catch(async () => assert.fail(`not taken: ${await stepForm.innerText()}`)),
    missingSays: async (day, register, step, missing) => {
      const n = /^must-(\d+)$/.exec(missing)?.[1]
      const field = n ? null : await fieldOf(register, missing)
      const words = n ? fixedParts(day.must(register, step, Number(n))) : [field?.zh ?? day.evidence(register, step, missing)?.zh ?? '理由']
      await eventually(`${step} wants ${missing}`, async () => {
        const told = missing === 'why' ? await stepForm.innerText() : await stepForm.locator('[data-part=findings]').innerText()
        for (const w of words) assert.ok(told.includes(w), `no '${w}' in: ${told}`)
      })
    },
    refusalSays: (day, register, refused) => refusalSays(day, register, form, refused),
    stepRefusalSays: (day, register, refused) => refusalSays(day, register, stepForm, refused),
    isForbidden: async (scope) => {
      await eventually('forbidden', async () => assert.ok((await (scope === 'step' ? stepForm : form).locator('.told-bad[role=alert]').count()) > 0))
    },
    leavesStep: () => stepForm.locator('.form-acts button[type=button]').last().click(),
    recordSays,
    indicatorIs: async (id, expected) => {
      await eventually(`indicator ${id}`, async () => {
        const text = await page.locator(`[data-indicator="${id}"] dd`).innerText()
        if (isNone(expected)) assert.equal(text.trim(), no_value)
        else assert.ok(Math.abs(numberIn(text) - Number(expected)) <= 0.005 + 1e-9, `${id} is '${text}', expected ${expected}`)
      })
    },
    picksView: (view) => page.locator(`[data-tab="${view}"]`).click(),
    rowsAre: (ids) => eventually('the rows', async () => {
      const shown = await page.locator('tr[data-row]').evaluateAll((all) => all.map((r) => r.getAttribute('data-row')))
      assert.deepEqual(shown.filter((x) => ids.includes(x)).sort(), [...ids].sort())
    }),
  }
}

// ---- the day ------------------------------------------------------------------------------------------------------------------

/** Plays the day and says what of it the page could not show: [step, why]. */
export async function playDay(t, id) {
  const day = aDay(id)
  const seats = new Map()
  const known = new Map() // name in the day -> {register, id}
  const titles = new Map() // id of a record -> what it is called
  const left_out = day.after_clock > 0 ? [[`${day.after_clock} steps`, 'the clock moves on']] : []
  const empty = new Map() // whether a register held nothing before the day

  const seat = async (who = 'admin') => {
    if (!seats.has(who)) seats.set(who, await sitsDown(t, who === 'admin' ? house : day.people[who]))
    return seats.get(who)
  }
  const named = (text) => text.replace(/\$\{(\w+)\}/g, (_, name) => known.get(name)?.id ?? assert.fail(`nothing is called ${name}`))
  const filled = (values) => Object.fromEntries(Object.entries(values ?? {}).map(([k, v]) => [k, typeof v === 'string' ? named(v) : v]))
  const recordOf = (text) => known.get(/^\$\{(\w+)\}$/.exec(text)?.[1]) ?? assert.fail(`${text} is no record of the day`)

  let opened = false
  let whole = 'admin' // who acted last and sees the whole city
  /** The first one comes from the plan, by its name; then one knows where it lies. */
  async function toRegister(person, register) {
    if (await person.isInRegister(register)) return person.toList()
    if (!opened && day.holds(register)) {
      opened = true
      return person.opensSystem(day.row, register)
    }
    return person.opensRegister(register)
  }
  async function toRecord(person, { register, id: record }) {
    await toRegister(person, register)
    await person.opensRecord(register, record)
  }

  for (const step of day.steps) {
    const { division, enterprise } = day.people[step.by] ?? {}
    if (day.people[step.by] && !division && !enterprise) whole = step.by
    const register = step.save
    if (register && !empty.has(register)) {
      await anAccount(house)
      empty.set(register, (await countOf(register)) === 0)
    }
    if (register && !day.holds(register)) {
      const { id: made, title } = await standsBefore(register, filled(step.values))
      titles.set(made, title)
      if (step.as) known.set(step.as, { register, id: made })
    } else if (register) {
      const person = await seat(step.by)
      // Who sees no more than what is public is shown the list, and refused its figures.
      if (step.refused?.forbidden) person.expectsRefusal()
      const seen = await toRegister(person, register)
      if (step.refused?.forbidden && (seen === false || !(await person.mayEnter()))) continue
      assert.notEqual(seen, false, `${step.by} is not offered ${register}`)
      const not_offered = await person.fillsNew(register, filled(step.values), titles)
      if (not_offered !== null) {
        assert.equal(not_offered, step.refused?.field, `${not_offered} does not offer what it should hold`)
        await person.leavesForm()
        continue
      }
      await person.saves({ refused: !!step.refused })
      if (step.refused) {
        await (step.refused.forbidden ? person.isForbidden('form') : person.refusalSays(day, register, step.refused))
        await person.leavesForm()
        continue
      }
      const made = await person.isSaved()
      titles.set(made.id, made.title)
      if (step.as) known.set(step.as, { register, id: made.id })
      await person.recordSays(day, register, filled(step.expect))
    } else if (step.change) {
      const person = await seat(step.by)
      const at = recordOf(step.change)
      await toRecord(person, at)
      if (step.refused?.forbidden && !(await person.mayChange())) continue
      await person.changes(at.register, filled(step.values), titles)
      await person.saves({ refused: !!step.refused })
      if (step.refused) {
        await (step.refused.forbidden ? person.isForbidden('form') : person.refusalSays(day, at.register, step.refused))
        await person.leavesForm()
        continue
      }
      await person.isSaved()
      await person.recordSays(day, at.register, filled(step.expect))
    } else if (step.take) {
      const person = await seat(step.by)
      const at = recordOf(step.of)
      await toRecord(person, at)
      if (step.refused?.forbidden && !(await person.stepIsOffered(step.take))) continue
      await person.opensStep(step.take)
      const asked = {}
      const beside = {}
      for (const [k, v] of Object.entries(filled(step.values))) ((await person.asksFor(k)) ? asked : beside)[k] = v
      if (Object.keys(beside).length > 0) {
        // What the step does not ask for is written into the record before.
        await person.leavesStep()
        await person.changes(at.register, beside, titles)
        await person.saves()
        await person.isSaved()
        await person.opensStep(step.take)
      }
      await person.fillsStep(at.register, asked, step.why ? named(step.why) : '', titles)
      for (const e of step.evidence ?? []) await person.proves(e, { refused: !!step.refused })
      await person.takesStep({ refused: !!step.refused })
      if (step.refused) {
        if (step.refused.missing) await person.missingSays(day, at.register, step.take, step.refused.missing)
        else if (step.refused.forbidden) await person.isForbidden('step')
        else await person.stepRefusalSays(day, at.register, step.refused)
        await person.leavesStep()
        continue
      }
      await person.isTaken()
      await person.recordSays(day, at.register, filled(step.expect))
    } else if (step.look) {
      const person = await seat(step.by)
      const at = recordOf(step.look)
      if (step.expect === 'nothing') {
        person.expectsRefusal()
        await person.followsLink(at.register, at.id)
        await person.seesNoRecord()
      } else {
        await toRecord(person, at)
        await person.recordSays(day, at.register, filled(step.expect))
      }
    } else if (step.withdraw) {
      const person = await seat(step.by)
      await toRecord(person, recordOf(step.withdraw))
      await person.withdraws(step.why)
    } else if (step.indicator) {
      const [of, indicator] = step.indicator.split('/')
      if (!empty.get(of)) left_out.push([`indicator ${step.indicator}`, 'it counts what the city held before'])
      else {
        const person = await seat(whole)
        await toRegister(person, of)
        await person.indicatorIs(indicator, step.is)
      }
    } else left_out.push([Object.keys(step)[0], 'counts of a list hold what the city held before'])
  }
  return { day, left_out, seats }
}
