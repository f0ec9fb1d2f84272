import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { eventually, server } from '../driver.mjs'
import { people, truth, visitPeople } from './people_driver.mjs'

// What people do with their own account: password, second factor, tokens; and what ends with the session.

const name = `li-${Date.now().toString(36)}`
const first = 'glaze-kiln-5821'
const second = 'river-north-9034'

/** The six digits of RFC 6238 for a secret in base 32, half a minute's worth. */
function totp(secret, at_ms = Date.now()) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/\s/g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at_ms / 30_000)))
  const hash = createHmac('sha1', key).update(counter).digest()
  const at = hash[19] & 15
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

test('a person changes the password: the old one is asked for, a wrong one said beside its field, and the new one counts', async (t) => {
  await people()
  await truth.adds({ name, shown: '李分析', roles: ['analyst'], division: '360200', enterprise: '', disabled: false, password: first })
  const { signs, sees, then, page, expects } = await visitPeople(t, { hash: '#/account' })
  await signs.in(name, first)
  await sees.signedInAs('李分析')
  const form = page.locator('form[data-form=password]')
  const change = async (old, fresh, again = fresh) => {
    await form.locator('[name=old]').fill(old)
    await form.locator('[name=new]').fill(fresh)
    await form.locator('[name=again]').fill(again)
  }
  await change(first, second, 'something-else')
  assert.ok(await form.locator('button[type=submit]').isDisabled(), 'two that differ are not sent')
  expects(/status of 4\d\d/)
  await change('not-the-old-one', second)
  await form.locator('button[type=submit]').click()
  await eventually('the old one is wrong', async () => assert.equal(await form.locator('[name=old]').getAttribute('aria-invalid'), 'true'))
  await change(first, 'short')
  await form.locator('button[type=submit]').click()
  await eventually('the new one is too short', async () => assert.equal(await form.locator('[name=new]').getAttribute('aria-invalid'), 'true'))
  await change(first, second)
  await form.locator('button[type=submit]').click()
  await eventually('changed', async () => assert.ok(await form.locator('[role=status]').isVisible()))
  await then.isPhotographed('account-password-zh')
  await signs.out()
  await signs.in(name, first, true)
  await eventually('the old password no longer counts', async () => assert.equal(await page.locator('form[data-form=sign-in]').count(), 1))
  await signs.in(name, second)
  await sees.signedInAs('李分析')
})

test('a second factor is set up with a code of it, and from then on no sign-in goes without', async (t) => {
  const { signs, sees, then, page, expects } = await visitPeople(t, { hash: '#/account' })
  await signs.in(name, second)
  await sees.signedInAs('李分析')
  const part = page.locator('[data-part=totp]')
  await part.locator('button[type=submit]').click()
  const secret = (await part.locator('code').innerText()).trim()
  assert.match(secret.replace(/\s/g, ''), /^[A-Z2-7]{16,}$/)
  assert.ok((await part.locator('a').getAttribute('href')).startsWith('otpauth://totp/'))
  await then.isPhotographed('account-totp-zh')
  expects(/status of 4\d\d/)
  await part.locator('[name=code]').fill('000000')
  await part.locator('form[data-form=totp] button[type=submit]').click()
  await eventually('a wrong code', async () => assert.equal(await part.locator('[name=code]').getAttribute('aria-invalid'), 'true'))
  await part.locator('[name=code]').fill(totp(secret))
  await part.locator('form[data-form=totp] button[type=submit]').click()
  await eventually('in force', async () => assert.ok((await part.innerText()).includes('动态')))
  await eventually('the form is gone', async () => assert.equal(await part.locator('form[data-form=totp]').count(), 0))
  await signs.out()
  await signs.in(name, second, true)
  const form = page.locator('form[data-form=sign-in]')
  await form.locator('[name=totp]').waitFor()
  await then.isPhotographed('account-totp-asked-zh')
  await form.locator('[name=name]').fill(name)
  await form.locator('[name=password]').fill(second)
  await form.locator('[name=totp]').fill(totp(secret, Date.now() + 30_000))  // the one after: each counts once
  await form.locator('button[type=submit]').click()
  await sees.signedInAs('李分析')
})

test('a token is made, shown once, works for a program that reads, and not after it is taken back', async (t) => {
  const { page, then } = await visitPeople(t, { as: 'zhang', hash: '#/account' })
  const part = page.locator('[data-part=tokens]')
  const label = `脚本 ${name}`
  await part.locator('[name=label]').fill(label)
  await part.locator('form[data-form=token] button[type=submit]').click()
  const secret = (await part.locator('[data-part=secret]').innerText()).trim()
  assert.ok(secret.length >= 30)
  await then.isPhotographed('account-token-zh')
  const as = (method, path) => fetch(`${server}/api/v1/${path}`, { method, headers: { authorization: `Bearer ${secret}` } })
  assert.equal((await (await as('GET', 'session')).json()).name, 'zhang')
  assert.equal((await as('GET', 'cases')).status, 200)
  assert.equal((await as('POST', 'registers/complaint/records')).status, 403, 'it may only read')
  await page.reload()
  await eventually('in the list', async () => assert.equal(await part.locator(`[data-token="${label}"]`).count(), 1))
  assert.equal(await part.locator('[data-part=secret]').count(), 0, 'shown once')
  page.on('dialog', (d) => d.accept())
  await part.locator(`[data-token="${label}"] button`).click()
  await eventually('taken back', async () => assert.equal(await part.locator(`[data-token="${label}"] button`).count(), 0))
  assert.equal((await as('GET', 'cases')).status, 401)
})

test('the live stream of a session ends with it', async () => {
  await people()
  const cookie = await truth.session('zhang')
  const stream = await fetch(`${server}/api/v1/stream`, { headers: { cookie: `celadon_session=${cookie}` } })
  const reader = stream.body.getReader()
  await reader.read()
  await truth.endSession(cookie)
  const ended = (async () => {
    while (!(await reader.read()).done);
    return 'ended'
  })()
  assert.equal(await Promise.race([ended, new Promise((r) => setTimeout(() => r('still open'), 5000))]), 'ended')
})
