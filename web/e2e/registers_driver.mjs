// What a person does and sees in the registers, and what is true of them asked without the page.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ask, visit } from './driver.mjs'
import { aPhoto } from './photo.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** The pack of the guide in docs/packs.md. */
export const fumeIsland = readFileSync(join(here, '../../tests/scenario/fume-island.yaml'), 'utf8')

const post = (path, body) => ask(path, { method: 'POST', headers: { 'content-type': 'application/json', 'x-celadon': '1' }, body: JSON.stringify(body) })

export const registerTruth = {
  systems: async () => (await ask('systems')).items,
  describes: (register) => ask(`registers/${register}`),
  record: (register, id) => ask(`registers/${register}/records/${encodeURIComponent(id)}`),
  history: async (register, id) => (await ask(`registers/${register}/records/${encodeURIComponent(id)}/history`)).items,
  find: async (register, words) => (await ask(`registers/${register}/records?words=${encodeURIComponent(words)}`)).items,
  /** All that meet a condition, "field:equal:value". */
  where: async (register, ...conditions) =>
    (await ask(`registers/${register}/records?limit=1000&${conditions.map((c) => `where=${encodeURIComponent(c)}`).join('&')}`)).items,
  related: async (register, id) => (await ask(`registers/${register}/records/${encodeURIComponent(id)}/related?limit=5`)).items,
  /** Somebody else enters or changes a record meanwhile. */
  enters: (register, values, why = '示例') => post(`registers/${register}/records`, { values, why }),
  changes: async (register, id, values, why) => {
    const { revision } = await registerTruth.record(register, id)
    return ask(`registers/${register}/records/${encodeURIComponent(id)}`, { method: 'PUT', headers: { 'content-type': 'application/json', 'x-celadon': '1' }, body: JSON.stringify({ revision, values, why }) })
  },
  /** Takes the pack into use without the page. */
  takesPack: (system, text) => ask(`packs/${system}`, { method: 'PUT', headers: { 'content-type': 'application/yaml', 'x-celadon': '1' }, body: text }),
  /** The enterprise to which the most registers refer. */
  richestEnterprise: async () => {
    let best = { record: null, parts: [] }
    for (const record of (await ask('registers/enterprise/records?limit=40')).items) {
      const parts = (await registerTruth.related('enterprise', record.id)).filter((r) => r.page.items.length > 0)
      if (parts.length > best.parts.length) best = { record, parts }
    }
    return best
  },
}

export async function visitRegisters(t, options) {
  const seen = await visit(t, options)
  const { page, eventually, expects } = seen
  const part = (name) => page.locator(`[data-part="${name}"]`)
  const form = page.locator('[data-form=record]')
  const says = (what, place, words) =>
    eventually(what, async () => {
      const text = await place.innerText()
      for (const w of words) assert.ok(text.includes(w), `${what} has no '${w}': ${text.slice(0, 800)}`)
    })
  const row = (id) => page.locator(`tr[data-row="${id}"]`)

  async function fillsField(scope, field, value) {
    const at = scope.locator(`[data-field="${field}"]`)
    const combo = at.locator('[role=combobox]')
    if (Array.isArray(value)) {
      await at.locator(`[name="${field}.lon"]`).fill(String(value[0]))
      await at.locator(`[name="${field}.lat"]`).fill(String(value[1]))
    } else if (value?.photo) {
      await at.locator(`[name="${field}"]`).setInputFiles(value.photo)
      await eventually('the file arrived', async () => assert.ok((await at.locator('li img').count()) > 0))
    } else if (await combo.count()) {
      await combo.fill(value)
      await at.locator('[role=option][data-option]').first().waitFor()
      await eventually('the choice', async () => {
        assert.ok((await at.locator('[role=option][data-option]').first().innerText()).includes(value))
      })
      await combo.press('ArrowDown')
      await combo.press('Enter')
    } else if (await at.locator('select').count()) {
      await at.locator('select').selectOption({ label: value })
    } else {
      await at.locator('input, textarea').first().fill(value)
    }
  }

  const when = {
    searchesMenu: (words) => page.locator('input[name=menu]').fill(words),
    opensPackEditor: () => page.locator('[data-act=pack]').click(),
    pastesPack: (text) => page.locator('textarea[name=pack]').fill(text),
    goesToErrorLine: () => page.locator('[data-act=to-line]').click(),
    savesPack: () => page.locator('[data-act=save-pack]').click(),
    opensStored: (register) => part('pack-stored').locator(`[data-register="${register}"]`).click(),
    opensRegister: (register) => page.locator(`[data-system] [data-register="${register}"]`).click(),
    startsRecord: () => page.locator('[data-act=new]').click(),
    fills: async (values) => {
      for (const [field, value] of Object.entries(values)) await fillsField(form, field, value)
    },
    clicksOnMap: (field) => form.locator(`[data-field="${field}"] canvas.maplibregl-canvas`).click({ position: { x: 120, y: 100 } }),
    saves: async (why, { refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      if (why) await form.locator('[name=why]').fill(why)
      await form.locator('button[type=submit]').click()
    },
    opensRecord: (id) => row(id).locator('th a').click(),
    backToList: () => page.locator('[data-act=to-list]').click(),
    showsMap: () => page.locator('[data-act=map]').click(),
    reloads: () => page.reload(),
    edits: () => page.locator('[data-act=edit]').click(),
    keepsMine: (field) => part('stale').locator(`[data-clash="${field}"] input[value=mine]`).check(),
    savesChosen: () => part('stale').locator('[data-act=keep]').click(),
    searchesRecords: (words) => page.locator('input[name=words]').fill(words),
    picksState: (state) => page.locator(`.filters [data-state="${state}"]`).click(),
    opensVersion: (revision) => part('history').locator(`[data-revision="${revision}"] a`).first().click(),
    sorts: (column) => page.locator(`[data-sort="${column}"]`).click(),
    choosesColumn: async (column) => {
      await page.locator('details.columns summary').click()
      await page.locator(`[data-choose="${column}"]`).check()
      await page.locator('details.columns summary').click()
    },
    /** The file as it lands on the disk. */
    exports: async (format) => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-export=${format}]`).click()])
      return readFileSync(await file.path())
    },
    imports: async (name, text, act) => {
      if (name !== null) {
        await page.locator('[data-act=to-import]').click()
        await page.locator('[data-form=import] input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
      }
      await page.locator(`[data-form=import] [data-act=${act}]`).click()
    },
    errorSheet: async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.locator('[data-act=errors]').click()])
      return readFileSync(await file.path(), 'utf8')
    },
    picks: async (...ids) => {
      await page.locator('[data-act=pick]').click()
      for (const id of ids) await row(id).locator('input[type=checkbox]').check()
      await page.locator('[data-act=bulk]').click()
    },
    setsInAll: async (field, value, why) => {
      const bulk = page.locator('[data-form=bulk]')
      await bulk.locator('[name=bulk-field]').selectOption(field)
      await fillsField(bulk, field, value)
      await bulk.locator('[name=why]').fill(why)
      await bulk.locator('button[type=submit]').click()
    },
    confirmsBulk: () => page.locator('[data-form=bulk] button[type=submit]').click(),
    withdraws: async (why) => {
      await page.locator('[data-act=withdraw]').click()
      await page.locator('[data-form=withdraw] [name=why]').fill(why)
      await page.locator('[data-form=withdraw] button[type=submit]').click()
    },
    standsAt: async (lon, lat) => {
      await page.context().grantPermissions(['geolocation'])
      await page.context().setGeolocation({ longitude: lon, latitude: lat, accuracy: 5 })
    },
    opensStep: (step) => page.locator(`[data-step="${step}"]`).click(),
    fillsStep: async (values) => {
      for (const [field, value] of Object.entries(values)) await fillsField(page.locator('[data-form=step]'), field, value)
    },
    takesPhoto: async (evidence) => {
      const slot = page.locator(`[data-evidence="${evidence}"]`)
      const before = await slot.locator('li img').count()
      await slot.locator(`[name="evidence.${evidence}.camera"]`).setInputFiles(aPhoto())
      await eventually('the photo arrived', async () => assert.equal(await slot.locator('li img').count(), before + 1))
    },
    takesStep: async (why = '', { refused = false } = {}) => {
      if (refused) expects(/status of 4\d\d/)
      const step = page.locator('[data-form=step]')
      if (why) await step.locator('[name=why]').fill(why)
      await step.locator('button[type=submit]').click()
    },
    expectsRefusals: () => expects(/status of 4\d\d/),
  }

  const then = {
    menuHas: (register) => eventually(`menu has ${register}`, async () => assert.equal(await page.locator(`[data-system] [data-register="${register}"]`).count(), 1)),
    menuHasNot: (register) => eventually(`menu has not ${register}`, async () => assert.equal(await page.locator(`[data-register="${register}"]`).count(), 0)),
    packSays: (...words) => says('pack', part('pack-told'), words),
    packPreviewHas: (...words) => says('preview', part('pack-preview'), words),
    selectionIs: (words) => eventually('selection', async () => assert.ok((await page.evaluate(() => {
      const at = document.activeElement
      return at instanceof HTMLTextAreaElement ? at.value.slice(at.selectionStart, at.selectionEnd) : ''
    })).includes(words))),
    packIsStored: () => eventually('stored', async () => assert.equal(await part('pack-stored').count(), 1)),
    fieldSays: (field, words) => says(`field ${field}`, form.locator(`[data-field="${field}"]`), [words]),
    computedIs: (field, words) => says(`computed ${field}`, form.locator(`[data-computed="${field}"]`), [words]),
    findingsSay: (...words) => says('findings', form.locator('[data-part=findings]'), words),
    recordIs: async (title) => {
      await says('record', page.locator('.record .title'), [title])
      return (await part('record-id').innerText()).trim()
    },
    factIs: (field, words) => says(`fact ${field}`, page.locator(`[data-fact="${field}"]`), [words]),
    savedSays: (...words) => says('saved', part('saved'), words),
    listHas: (id, ...words) => says(`row ${id}`, row(id), words),
    listHasNot: (id) => eventually(`${id} is not there`, async () => assert.equal(await row(id).count(), 0)),
    totalIs: (words) => says('total', part('total'), [words]),
    rowsAreInOrder: (...ids) => eventually('order', async () => {
      const all = await page.locator('tr[data-row]').evaluateAll((rows) => rows.map((r) => r.getAttribute('data-row')))
      assert.deepEqual(all.filter((x) => ids.includes(x)), ids)
    }),
    columnIs: (column) => eventually(`column ${column}`, async () => assert.ok((await page.locator(`td[data-column="${column}"]`).count()) > 0)),
    /** The register's layer has points in the colour of the pack: seen in the picture of the map, its legend covered. */
    mapShows: (hex) =>
      eventually(`points of ${hex}`, async () => {
        const shot = await part('records-map').locator('canvas.maplibregl-canvas').screenshot({ mask: [part('records-map').locator('.legend')] })
        const n = Number.parseInt(hex.slice(1), 16)
        const found = await page.evaluate(async ([data, r, g, b]) => {
          const image = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))]))
          const canvas = new OffscreenCanvas(image.width, image.height)
          const c = canvas.getContext('2d')
          c.drawImage(image, 0, 0)
          const { data: p } = c.getImageData(0, 0, image.width, image.height)
          let hits = 0
          for (let i = 0; i < p.length; i += 4) if (Math.abs(p[i] - r) + Math.abs(p[i + 1] - g) + Math.abs(p[i + 2] - b) < 24) ++hits
          return hits
        }, [shot.toString('base64'), n >> 16, (n >> 8) & 255, n & 255])
        assert.ok(found > 20, `only ${found} pixels of ${hex}`)
      }),
    legendHas: (...words) => says('legend', part('records-map').locator('.legend'), words),
    staleShows: (field, ...words) => says(`clash of ${field}`, part('stale').locator(`[data-clash="${field}"]`), words),
    staleIsClosed: () => eventually('dialogue closes', async () => assert.equal(await part('stale').count(), 0)),
    historyHas: (revision, ...words) => says(`version ${revision}`, part('history').locator(`[data-revision="${revision}"]`), words),
    importSays: (numbers) =>
      eventually('import', async () => {
        for (const [name, n] of Object.entries(numbers)) assert.equal((await part('import-numbers').locator(`[data-number=${name}]`).innerText()).trim(), String(n), name)
        assert.equal(await page.locator('[data-part=import] progress').count(), 0)
      }),
    bulkSays: (...words) => says('bulk', part('bulk-preview'), words),
    stateIs: (state) => eventually(`state ${state}`, async () => assert.equal(await page.locator('.record .title [data-state]').getAttribute('data-state'), state)),
    missingSays: (...words) => says('missing', page.locator('[data-form=step] [data-part=findings]'), words),
    fileHas: (register, ...words) => says(`file part ${register}`, page.locator(`[data-related="${register}"]`), words),
    filePartsAre: (registers) =>
      eventually('parts of the file', async () => {
        const shown = await page.locator('[data-related]').evaluateAll((all) => all.map((e) => e.getAttribute('data-related')))
        assert.deepEqual([...new Set(shown)].sort(), [...new Set(registers)].sort())
      }),
    qrIsShown: () => eventually('QR', async () => assert.ok(await page.locator('.qr img').evaluate((i) => i.complete && i.naturalWidth > 0))),
    formIs: () => eventually('form', async () => assert.equal(await form.count(), 1)),
  }
  return { ...seen, when: { ...seen.when, ...when }, then: { ...seen.then, ...then } }
}
