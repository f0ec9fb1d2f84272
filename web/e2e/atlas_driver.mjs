// What a person does on the map beside looking at it: layers, limits, split view, drawing, pictures. Knows the page as driver.mjs does.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { ask, patience_ms, visit } from './driver.mjs'

export const atlasTruth = {
  layers: async () => (await ask('layers')).items,
  /** How many sites are over a value at one time, asked of the moments. */
  over: async ({ kind, property, averaging, at, value, level }) => {
    const m = await ask(`moments?kind=${kind}&property=${encodeURIComponent(property)}&averaging=${averaging}&from=${at}&to=${at}`)
    const t = m.times.indexOf(at)
    assert.ok(t >= 0, `no moment at ${at}`)
    const said = m.sites.map((site, s) => ({ site, value: m.values[t][s], level: m.levels[t][s] })).filter((r) => r.value !== null || r.level !== null)
    const over = said.filter((r) => (level === undefined ? r.value > value : r.level !== null && r.level >= level))
    return { over: over.map((r) => r.site), all: said.length, moments: m }
  },
  /** Records of a register whose point lies in a box of degrees. */
  recordsIn: async (register, [w, s, e, n]) => {
    const place = (await ask(`registers/${register}`)).map.geometry
    const { items } = await ask(`registers/${register}/records?limit=1000`)
    return items.filter((r) => {
      const at = r.values[place]?.coordinates
      return at && at[0] >= w && at[0] <= e && at[1] >= s && at[1] <= n
    })
  },
}

export async function visitMap(t, options) {
  const seen = await visit(t, options)
  const { page, eventually } = seen
  const part = (name) => page.locator(`[data-part="${name}"]`)
  const act = (name) => page.locator(`[data-act="${name}"]`)
  const requests = []
  page.on('request', (r) => requests.push(new URL(r.url()).pathname))

  const when = {
    ...seen.when,
    opensTool: (tool) => page.locator(`[data-tool="${tool}"]`).click(),
    findsLayer: (words) => act('find-layer').fill(words),
    switchesOn: (layer) => page.locator(`[data-layer="${layer}"]`).check(),
    looksInto: (layer) => page.locator(`[data-more="${layer}"]`).click(),
    fades: (layer, percent) => page.locator(`[data-fade="${layer}"]`).fill(String(percent)),
    moves: (layer, by) => page.locator(`[data-order="${layer}"] [data-by="${by}"]`).click(),
    shows: (property) => part('tool-limit').locator('select[name=property]').selectOption(property),
    limitsTo: async ({ value, level }) => {
      const tool = part('tool-limit')
      if (level !== undefined) return tool.locator('select[name=level]').selectOption(String(level))
      await tool.locator('input[name=value]').fill(String(value))
      await tool.locator('input[name=value]').press('Enter')
    },
    splits: (how) => part('tool-split').locator(`input[name=split][value="${how}"]`).check(),
    comparesEdition: (edition) => part('tool-split').locator('select[name=edition]').selectOption(edition),
    goesBack: (span) => part('tool-split').locator(`[data-back="${span}"]`).click(),
    averages: (mean) => act('mean').selectOption(mean),
    paces: (steps) => act('pace').selectOption(String(steps)),
    draws: async (kind, corners) => {
      await page.locator(`[data-pen="${kind}"]`).click()
      for (const [lon, lat] of corners) {
        await part('tool-draw').locator('input[name=corner]').fill(`${lon}, ${lat}`)
        await part('tool-draw').locator('input[name=corner]').press('Enter')
      }
      if (kind !== 'point') await act('finish').click()
    },
    buffers: (n, km) => part('tool-draw').locator(`input[name="buffer-${n}"]`).fill(String(km)).then(() => page.keyboard.press('Tab')),
    opensFoundLayer: (layer) => page.locator(`[data-layer-found="${layer}"] button`).click(),
    zoomsIn: () => page.locator('.maplibregl-ctrl-zoom-in').first().click(),
    pressesMiddle: async () => {
      const box = await page.locator('canvas.maplibregl-canvas').first().boundingBox()
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    },
    /** The file a button gives. */
    saves: async (name) => {
      const [file] = await Promise.all([page.waitForEvent('download', { timeout: patience_ms * 3 }), act(name).click()])
      return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
    },
    /** Tab until something that fits is in focus. */
    tabsUntil: async (selector, most = 120) => {
      for (let i = 0; i < most; ++i) {
        await page.keyboard.press('Tab')
        if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return
      }
      assert.fail(`'${selector}' cannot be reached with ${most} tabs`)
    },
    forgetsRequests: () => void (requests.length = 0),
  }

  const place = async (selector) => {
    const box = await page.locator(selector).boundingBox()
    assert.ok(box, `${selector} is not there`)
    return [box.x + box.width / 2, box.y + box.height / 2]
  }

  const then = {
    ...seen.then,
    totalIs: (over, all) => eventually('total', async () => assert.match((await part('over-total').innerText()).replace(/\s+/g, ' '), new RegExp(`^${over} / ${all} `))),
    sliderSays: (...words) => eventually('slider', async () => { const text = await part('over-now').innerText(); for (const w of words) assert.ok(text.includes(String(w)), `'${text}' has no ${w}`) }),
    countiesSumTo: async (over, all) => {
      const rows = await part('over-counties').locator('tbody tr').evaluateAll((trs) => trs.map((tr) => [...tr.querySelectorAll('td')].map((td) => Number(td.innerText))))
      assert.deepEqual([rows.reduce((n, r) => n + r[0], 0), rows.reduce((n, r) => n + r[1], 0)], [over, all])
    },
    markedOver: (sites) =>
      eventually('marked', async () => {
        const over = await page.locator('button.over[data-site]').evaluateAll((all) => all.map((b) => b.dataset.site).sort())
        assert.deepEqual(over, [...sites].sort())
      }),
    layersListed: () => page.locator('section.box fieldset input[data-layer]').evaluateAll((all) => all.map((i) => i.dataset.layer)),
    orderIs: (...layers) => eventually('order', async () => assert.deepEqual(await page.locator('[data-order]').evaluateAll((all) => all.map((e) => e.dataset.order)), layers)),
    secondMapIsThere: () => eventually('second map', async () => assert.equal(await part('second-map').locator('canvas.maplibregl-canvas').count(), 1)),
    wordsOfMaps: async () => [await part('first-words').innerText(), await part('second-words').innerText()],
    /** Each mark of the second map shows what the server judges for it. */
    otherMarksShow: (judgements) =>
      eventually('marks of the second map', async () => {
        const shown = await page.locator('button[data-other-site]').evaluateAll((all) => all.map((b) => [b.dataset.otherSite, b.innerText.trim()]))
        const wanted = shown.filter(([id]) => judgements.has(id))
        assert.ok(wanted.length > 0, 'no marks yet')
        for (const [id, label] of wanted) {
          const v = judgements.get(id).verdict
          assert.equal(label, v.status === 'judged' ? (v.class_label ?? String(v.value)) : '—', id)
        }
      }),
    /** A site stands at the same place of both maps, which lie `shift` px apart. */
    mapsAgree: (site, shift = 0) =>
      eventually('maps that move together', async () => {
        const [x, y] = await place(`button[data-site="${site}"]`)
        const [u, v] = await place(`button[data-other-site="${site}"]`)
        assert.ok(Math.abs(u - x - shift) <= 2 && Math.abs(v - y) <= 2, `${site} at ${x},${y} and ${u},${v}`)
      }),
    middleOfMaps: () => page.locator('canvas.maplibregl-canvas').evaluateAll((all) => all.map((c) => { const r = c.getBoundingClientRect(); return r.x + r.width / 2 })),
    measureIs: (n, words) => eventually('measure', async () => assert.ok((await page.locator(`[data-shape="${n}"] [data-part=measure]`).innerText()).includes(words), await page.locator(`[data-shape="${n}"]`).innerText())),
    foundIn: (layer, count) => eventually(`${layer} in the shape`, async () => assert.equal(Number((await page.locator(`[data-layer-found="${layer}"] td`).innerText()).replace(/\D/g, '')), count)),
    foundSays: (...words) => eventually('found', async () => { const text = await part('found').innerText(); for (const w of words) assert.ok(text.includes(w), `'${text}' has no '${w}'`) }),
    /** Width, height and the number of different colours of a PNG, decoded by the browser. */
    decoded: (bytes) =>
      page.evaluate(async (base64) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'image/png' }))
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
        const pen = canvas.getContext('2d')
        pen.drawImage(bitmap, 0, 0)
        const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height)
        const colours = new Set()
        for (let i = 0; i < data.length; i += 4 * 7) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
        return { width: bitmap.width, height: bitmap.height, colours: colours.size }
      }, bytes.toString('base64')),
    asked: (path) => requests.filter((p) => p.includes(path)).length,
    focusFits: (selector) => eventually('focus', async () => assert.ok(await page.evaluate((s) => document.activeElement?.matches(s), selector), selector)),
  }
  return { ...seen, when, then }
}
