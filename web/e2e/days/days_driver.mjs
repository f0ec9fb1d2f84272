// A person of a working day before the page: signs in, finds a system, fills its forms, presses its steps, reads what
// it says. This file alone knows the page.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, server, visit } from '../driver.mjs'
import { aPhoto } from '../photo.mjs'
import { accountOf, ask, codeOf, describe, fieldOf, isNone, isYes, password, planRow } from './before.mjs'
import { fixedParts } from './day.mjs'

const no_value = '—'
const refused_ok = /status of 4\d\d/

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

/** "1 234.5 t" -> 1234.5, thousands parted as the page parts them. */
function numberIn(text) {
  const found = /^-?[\d\u202f]+(\.\d+)?([eE][-+]?\d+)?/.exec(text.trim())
  return found ? Number(found[0].replace(/\u202f/g, '')) : Number.NaN
}

/** Signed in, for as long as `t` runs. */
export async function sitsDown(t, person) {
  const account = await accountOf(person)
  const { page, expects, then } = await visit(t, { hash: '#/account' })
  await page.context().grantPermissions(['geolocation'], { origin: server })
  const signIn = page.locator('form[data-form=sign-in]')
  await signIn.locator('[name=name]').fill(account)
  await signIn.locator('[name=password]').fill(password)
  await signIn.locator('button[type=submit]').click()
  await page.locator('[data-act=account]', { hasText: account }).waitFor()

  const title = page.locator('.record .title')
  const form = page.locator('form[data-form=record]')
  const stepForm = page.locator('form[data-form=step]')
  const total = page.locator('[data-part=total]')
  const forms = { record: form, step: stepForm }

  async function opensPalette(words) {
    await page.keyboard.press('Control+k')
    const palette = page.locator('[data-part=palette]')
    await palette.locator('input').fill(words)
    return palette
  }

  // ---- filling ----------------------------------------------------------------------------------------------------

  /** False where the list that came for the words does not have it: what a person may not see is not offered. */
  async function choosesInList(at, words, id) {
    const isAsked = (r) => new URL(r.url()).searchParams.get('words') === words
    const asked = page.waitForResponse(isAsked).catch(() => null)
    const came = asked.then((r) => r?.finished()).then(() => page.waitForTimeout(100)) // it is drawn a moment later
    const option = at.locator(`[data-option="${id}"]`)
    await at.locator('[role=combobox]').fill(words)
    await Promise.race([option.waitFor().catch(() => null), came])
    if ((await option.count()) > 0) return option.click().then(() => true)
    await at.locator('[role=option][aria-disabled=true]').waitFor()
    return false
  }

  /** False where a value was not to be had. `titles`: what is called how, by id. */
  async function fillsField(scope, register, id, value, titles) {
    const field = await fieldOf(register, id)
    assert.ok(field, `${register} has no field ${id}`)
    const at = scope.locator(`[data-field="${id}"]`)
    const input = at.locator(`[name="${id}"]`)
    const none = isNone(value) && !(field.type === 'code' && (await codeOf(register, field, value)))
    const each = none ? [] : Array.isArray(value) ? value : value.split(';')
    if (field.type === 'point') {
      const [lon = '', lat = ''] = none ? [] : value.split(',')
      await at.locator(`[name="${id}.lon"]`).fill(lon)
      await at.locator(`[name="${id}.lat"]`).fill(lat)
    } else if (field.type === 'line' || field.type === 'area') {
      await input.fill(none ? '' : value.split(' ').join('\n'))
    } else if (field.type === 'yes-no') {
      await input.selectOption(none ? '' : isYes(value) ? 'yes' : 'no')
    } else if (field.type === 'files') {
      await input.setInputFiles(each.map(() => aFile(t)))
      await eventually('the files arrived', async () => assert.equal(await at.locator('li').count(), each.length))
    } else if ((await at.locator('[role=combobox]').count()) > 0) {
      if (none) await at.locator('[role=combobox]').fill('')
      for (const one of each) if (!(await choosesInList(at, titles.get(one) ?? one, one))) return false
    } else if ((await at.locator('select').count()) > 0) {
      await input.selectOption(each[0] ?? '')
    } else if ((await at.locator('input[type=checkbox]').count()) > 0) {
      for (const box of await input.all()) await box.setChecked(each.includes(await box.getAttribute('value')))
    } else {
      await input.fill(none ? '' : field.type === 'time' ? value.replace(' ', 'T') : value)
    }
    return true
  }

  /** The field whose value was not to be had; null where all are filled. */
  async function fillsAll(scope, register, values, titles) {
    for (const [id, value] of Object.entries(values)) {
      if (!(await fillsField(scope, register, id, value, titles))) return id
    }
    return null
  }

  // ---- reading ----------------------------------------------------------------------------------------------------

  async function factIs(register, id, expected) {
    const field = await fieldOf(register, id)
    assert.ok(field, `${register} has no field ${id}`)
    const at = page.locator(`[data-part=facts] [data-fact="${id}"] dd`)
    const value = at.locator('.value')
    const text = (await ((await value.count()) > 0 ? value.first() : at).innerText()).trim()
    if (isNone(expected)) assert.equal(text, no_value, id)
    else if (field.type === 'number' || field.type === 'whole') {
      // The page shows the decimals of the field and no more.
      const shown = typeof field.decimals === 'number' && field.decimals >= 0 ? 0.5 * 10 ** -field.decimals : 0
      const slack = shown + 1e-9 * Math.max(1, Math.abs(Number(expected)))
      const far = Math.abs(numberIn(text) - Number(expected))
      assert.ok(far <= slack, `${id} is '${text}', expected ${expected}`)
    } else if (field.type === 'yes-no') assert.equal(text, isYes(expected) ? '是' : '否', id)
    else if (field.type === 'code') {
      const codes = await Promise.all(expected.split(';').map((code) => codeOf(register, field, code)))
      assert.equal(text, codes.map((c) => c?.zh).join('、'), id)
    } else if (field.type === 'reference') {
      assert.ok((await at.locator('a').first().getAttribute('href')).includes(encodeURIComponent(expected)), id)
    } else assert.equal(text, expected, id)
  }

  const head = {
    state: async (is) => assert.equal(await title.locator('[data-state]').getAttribute('data-state'), is),
    due: async (is) => {
      const dues = await title.locator('[data-due]').allInnerTexts()
      const ends = dues.map((words) => /\d{4}-\d\d-\d\d/.exec(words)?.[0]).sort()
      assert.equal(ends[0] ?? 'none', is, `due is ${dues}`)
    },
    overdue: async (is) => {
      const late = await title.locator('[data-due] .badge.bad').count()
      assert.equal(late > 0, isYes(is), 'overdue')
    },
    title: async (is) => assert.equal((await title.locator('h2').innerText()).trim(), is),
    id: async (is) => assert.equal((await page.locator('[data-part=record-id]').innerText()).trim(), is),
  }

  function warningsAre(day, register, told, which, ids) {
    for (const id of ids) {
      const parts = fixedParts(day.check(register, id).zh)
      const says = parts.every((p) => told.includes(p))
      if (which === 'warns') assert.ok(says, `${id} does not warn '${parts}': ${told}`)
      else assert.ok(!says, `${id} warns: ${told}`)
    }
  }

  // ---- doing ------------------------------------------------------------------------------------------------------

  return {
    account,
    isPhotographed: then.isPhotographed,
    /** To where every day begins, whatever the one before left open. */
    beginsAnew: async () => {
      await page.keyboard.press('Escape')
      await page.goto(`${server}/#/registers`)
    },
    expectsRefusal: () => expects(refused_ok),

    /** From the plan's own name of it, past its rule, to the list of one of its registers. */
    opensSystem: async (row, register) => {
      const { name } = await planRow(row.id)
      const palette = await opensPalette(`${row.id} ${name.zh.slice(0, 4)}`)
      await palette.locator(`[data-entry="system:${row.id}"]`).click()
      const article = page.locator(`article[data-row="${row.id}"]`)
      const own = article.locator('[data-system]', { has: page.locator(`[data-register="${register}"]`) })
      await own.waitFor()
      const rule = await own.locator('[data-part=rule]').innerText()
      assert.ok(rule.includes(row.rule.zh), `${row.id} does not say its rule`)
      await own.locator(`[data-register="${register}"] a.name`).click()
      await total.waitFor()
      return true
    },
    /** False where it is not offered: not everybody may see every register. */
    opensRegister: async (register) => {
      const { name } = await describe(register)
      const { items } = await page.evaluate(async () => (await fetch('/api/v1/systems')).json())
      const palette = await opensPalette(name.zh)
      const entry = palette.locator(`[data-entry="register:${register}"]`)
      if (items.some((s) => s.registers.some((r) => r.id === register && r.may.read))) {
        await entry.click()
        await total.waitFor()
        await page.locator('nav [data-act=to-list][aria-current=page]', { hasText: name.zh }).waitFor()
        return true
      }
      await palette.getByText('正在查找…').waitFor({ state: 'detached' })
      assert.equal(await entry.count(), 0)
      await page.keyboard.press('Escape')
      return false
    },
    isIn: async (register) => new URLSearchParams(page.url().split('?')[1]).get('register') === register,
    toList: async () => {
      await page.locator('[data-act=to-list]').click()
      await total.waitFor()
      return true
    },
    opensRecord: async (register, id) => {
      const { lifecycle } = await describe(register)
      const answers = (r) => r.url().endsWith(`/records/${encodeURIComponent(id)}/steps`)
      const steps = lifecycle ? page.waitForResponse(answers) : null
      await page.locator('input[name=words]').fill(id)
      await page.locator(`tr[data-row="${id}"] th a`).click()
      await title.waitFor()
      await steps
    },
    /** A link that somebody sent; the record may be another's. */
    followsLink: (register, id) => {
      const address = `#/registers?register=${register}&record=${encodeURIComponent(id)}&part=record`
      return page.evaluate((to) => (location.hash = to), address)
    },
    seesNoRecord: async () => {
      await page.locator('.top .problem, .page > .problem').first().waitFor()
      assert.equal(await title.count(), 0)
    },

    mayEnter: async () => (await page.locator('.tools [data-act=new]').count()) > 0,
    mayChange: async () => (await page.locator('[data-act=edit]').count()) > 0,
    mayTake: async (step) => (await page.locator(`[data-step="${step}"]`).count()) > 0,

    fillsNew: async (register, values, titles) => {
      await page.locator('[data-act=new]').click()
      await form.waitFor()
      return fillsAll(form, register, values, titles)
    },
    fillsChange: async (register, values, titles) => {
      await page.locator('[data-act=edit]').click()
      await form.waitFor()
      assert.equal(await fillsAll(form, register, values, titles), null)
      await form.locator('[name=why]').fill('示例')
    },
    opensStep: async (step) => {
      await page.locator(`[data-step="${step}"]`).click()
      await stepForm.waitFor()
    },
    isAsked: async (field) => (await stepForm.locator(`[data-field="${field}"]`).count()) > 0,
    fillsStep: async (register, values, why, titles) => {
      assert.equal(await fillsAll(stepForm, register, values, titles), null)
      if (why) await stepForm.locator('[name=why]').fill(why)
    },
    /** The camera takes its picture now, where the day says; an old one may be what a refusal is about. */
    proves: async ({ id, photo, place, taken }, { refused }) => {
      const slot = stepForm.locator(`[data-evidence="${id}"]`)
      const [longitude, latitude] = (place ?? '').split(',').map(Number)
      if (place) await page.context().setGeolocation({ longitude, latitude, accuracy: 5 })
      const before = await slot.locator('li').count()
      const input = slot.locator(`[name="evidence.${id}${photo ? '.camera' : ''}"]`)
      await input.setInputFiles(aFile(t, refused ? taken : null))
      await eventually('the proof arrived', async () => assert.equal(await slot.locator('li').count(), before + 1))
    },
    sends: async (which, { refused = false } = {}) => {
      if (refused) expects(refused_ok)
      await forms[which].locator('button[type=submit]').click()
    },
    isSent: async (which) => {
      const gone = forms[which].waitFor({ state: 'detached' })
      await gone.catch(async () => assert.fail(`not done: ${await forms[which].innerText()}`))
      await title.waitFor()
    },
    leaves: async (which) => {
      await forms[which].locator('.form-acts button[type=button]').last().click()
      await forms[which].waitFor({ state: 'detached' })
    },
    withdraws: async (why) => {
      await page.locator('[data-act=withdraw]').click()
      const withdraw = page.locator('[data-form=withdraw]')
      await withdraw.locator('[name=why]').fill(why)
      await withdraw.locator('button[type=submit]').click()
      await withdraw.waitFor({ state: 'detached' })
    },

    madeRecord: async () => ({
      id: (await page.locator('[data-part=record-id]').innerText()).trim(),
      title: (await title.locator('h2').innerText()).trim(),
    }),
    /** The page of the record says all of it, a warning in the words of the pack. */
    recordSays: (day, register, expected) =>
      eventually(`${register} of ${day.id}`, async () => {
        const told = await page.locator('.record > [data-part=findings]').innerText()
        for (const [key, value] of Object.entries(expected)) {
          if (key === 'warns' || key === 'silent') warningsAre(day, register, told, key, value)
          else await (head[key] ? head[key](value) : factIs(register, key, value))
        }
      }),
    /** What is refused stands above the form and at its field, in the pack's words where a check of it speaks. */
    refusalSays: async (day, register, which, refused) => {
      const check = refused.check ? day.check(register, refused.check) : null
      const words = check ? fixedParts(check.zh) : []
      const id = refused.field ?? check?.field
      const field = id ? await fieldOf(register, id) : null
      assert.ok(words.length > 0 || field, 'a refusal that no words of could be looked for')
      await eventually(`${register} is refused ${JSON.stringify(refused)}`, async () => {
        const told = await forms[which].locator('[data-part=findings]').innerText()
        assert.ok(told.includes('要改'), `nothing is to be mended: ${told}`)
        for (const w of words) assert.ok(told.includes(w), `no '${w}' in: ${told}`)
        if (field) assert.ok(told.includes(field.zh), `nothing of ${field.zh} in: ${told}`)
        const at = forms[which].locator(`[data-field="${id}"]`)
        if (!field || (await at.count()) === 0) return
        const beside = (await at.locator('[role=alert]').allInnerTexts()).join()
        assert.notEqual(beside, '', `nothing stands beside ${field.zh}`)
        for (const w of words) assert.ok(beside.includes(w), `beside ${field.zh} is '${beside}'`)
      })
    },
    missingSays: async (day, register, step, missing) => {
      const place = /^must-(\d+)$/.exec(missing)?.[1]
      const field = place ? null : await fieldOf(register, missing)
      const proof = day.evidence(register, step, missing)
      const words = place ? fixedParts(day.must(register, step, Number(place))) : [field?.zh ?? proof?.zh ?? '理由']
      const at = missing === 'why' ? stepForm : stepForm.locator('[data-part=findings]')
      await eventually(`${step} wants ${missing}`, async () => {
        const told = await at.innerText()
        for (const w of words) assert.ok(told.includes(w), `no '${w}' in: ${told}`)
      })
    },
    isForbidden: (which) => forms[which].locator('.told-bad[role=alert]').first().waitFor(),
    indicatorIs: (id, expected) =>
      eventually(`indicator ${id}`, async () => {
        const text = await page.locator(`[data-indicator="${id}"] dd`).innerText()
        if (isNone(expected)) return assert.equal(text.trim(), no_value)
        const slack = 0.005 + 1e-9 // two decimals are shown
        assert.ok(Math.abs(numberIn(text) - Number(expected)) <= slack, `${id} is '${text}', expected ${expected}`)
      }),
  }
}
