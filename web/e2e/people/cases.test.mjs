import assert from 'node:assert/strict'
import test from 'node:test'
import { phone } from '../driver.mjs'
import { aPhoto } from '../photo.mjs'
import { people, truth, visitPeople } from './people_driver.mjs'

// J6, and the officer's side of it: anybody reports a smell, an officer takes it and proves it done, the reporter says "not solved" once.

const run = Date.now().toString(36)
const place = [117.2143, 29.2957]
const story = `示例：夜里有刺鼻气味 ${run}`
let code
let id

test('while there are no accounts the page says so, and lets the first administrator be made', async (t) => {
  const { sees, then } = await visitPeople(t, { hash: '#/account' })
  await sees.house()
  await then.pageSays('尚无账号')
  await then.isPhotographed('account-house-zh')
  await people()
})

test('a member of the public reports a smell from a phone, with photo, place and time, and gets a code', async (t) => {
  await people()
  const { tells, then, field } = await visitPeople(t, { hash: '#/public?part=tell', size: phone, place })
  await then.pageSays('怎么了')
  await field.fits()
  await tells.kind('smell')
  await tells.here()
  await tells.photo([aPhoto('one.png'), aPhoto('two.png')])
  await tells.story(story)
  await then.isPhotographed('public-tell-zh')
  await tells.sends()
  code = await tells.code()
  assert.match(code, /^[A-Z0-9]{10}$/)
  await then.isPhotographed('public-told-zh')
  await field.fits()
  await tells.follows()
  await then.pageSays('待受理', story.slice(0, 6))
  const [made] = await truth.found('complaint', run)
  id = made.id
  assert.equal(made.values.photos.length, 2)
  assert.deepEqual(made.values.place.coordinates.map((d) => Number(d.toFixed(4))), place)
})

test('the next reporter sees the similar one near before sending', async (t) => {
  const { tells, sees } = await visitPeople(t, { hash: '#/public?part=tell', size: phone, place: [place[0] + 0.002, place[1]] })
  await tells.kind('smell')
  await tells.here()
  await sees.alike('恶臭异味')
})

test('an officer signs in, after a wrong password said plainly, and finds the case on the board and in what is due', async (t) => {
  const { signs, sees, then, page } = await visitPeople(t, { hash: '#/account' })
  await signs.in('zhang', 'wrong-password-1', true)
  await then.pageSays('登录')
  await signs.in('zhang')
  await sees.signedInAs('张执法')
  await then.isPhotographed('account-me-zh')
  await page.goto(`${page.url().split('#')[0]}#/cases?part=board&register=complaint`)
  await sees.inColumn('received', id)
  await then.isPhotographed('cases-board-zh')
  await page.goto(`${page.url().split('#')[0]}#/cases`)
  await sees.due('week', id)
  await then.isPhotographed('cases-due-zh')
})

test('the case is accepted, dispatched, and answered from the field with a photo taken on the spot', async (t) => {
  await truth.changes('complaint', id, { division: '360203', owner: await truth.unit() })
  await truth.takes('complaint', id, 'accept')
  await truth.takes('complaint', id, 'dispatch')
  const { field } = await visitPeople(t, { as: 'zhang', hash: '#/field?part=take', size: phone, place })
  await field.takesAlong('complaint', run, id)
  await field.tab('today')
  await field.opensFile(id)
  await field.steps('answer')
  await field.fills({ truth: 'true', outcome: '企业已更换活性炭，复测无异味。', answered_on: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10), why: '现场核实' })
  await field.photo('on-site', aPhoto('after.png'))
  await field.photoHasPlace('on-site')
  await field.isPhotographed('field-step-zh')
  await field.sendsOff()
  await field.has('stored')
  const now = await truth.record('complaint', id)
  assert.equal(now.state, 'watching')
  assert.equal(now.steps.at(-1).evidence.length, 1)
})

test('the reporter follows every step and the outcome, says "not solved" once, and not twice', async (t) => {
  const { tells, sees, then } = await visitPeople(t, { hash: `#/public?follow=${code}`, size: phone })
  await sees.outcome('活性炭')
  await then.pageSays('待受理', '已受理', '办理中')
  await then.isPhotographed('public-follow-zh')
  await tells.notSolved('夜里十点以后又有气味')
  await sees.state('办理中')
  await sees.cannotReopen()
  const { states } = await truth.follows(code)
  assert.deepEqual(states.map((s) => s.state), ['received', 'accepted', 'handling', 'watching', 'handling'])
})

test('an administrator sees accounts and what was done', async (t) => {
  const { sees, then, page } = await visitPeople(t, { as: 'root', hash: '#/admin' })
  await sees.accounts('root', 'zhang')
  await then.isPhotographed('admin-people-zh')
  await page.locator('[data-tab=audit]').click()
  await then.pageSays('zhang')
  await then.isPhotographed('admin-audit-zh')
})
