import { describe, expect, it } from 'vitest'
import { allLayers } from './layers'
import { buildStyle, wholeBoxZoom, type StyleNeeds } from './map_style'

const jingdezhen: StyleNeeds = { origin: 'http://127.0.0.1:8080', lang: 'zh', bounds: [116.95, 28.7, 117.75, 29.95], tiandituToken: null }

describe('map style', () => {
  it('asks nobody but its own server, and for no fonts or sprites', () => {
    const style = buildStyle(jingdezhen)
    const addresses = JSON.stringify(style).match(/https?:\/\/[^/"]+/g) ?? []
    expect(addresses.length).toBeGreaterThan(0)
    expect(new Set(addresses)).toEqual(new Set(['http://127.0.0.1:8080']))
    expect(style.glyphs).toBeUndefined()
    expect(style.sprite).toBeUndefined()
  })

  it('draws Tianditu only with a token', () => {
    const ids = (needs: StyleNeeds): string[] => buildStyle(needs).layers.map((l) => l.id)
    expect(ids(jingdezhen)).not.toContain('tianditu')
    expect(ids({ ...jingdezhen, tiandituToken: 'abc' })).toContain('tianditu')
  })

  it('has every style layer that the layer tree switches', () => {
    const ids = new Set(buildStyle(jingdezhen).layers.map((l) => l.id))
    for (const layer of allLayers) if (layer.draw === 'tiles') for (const id of layer.style) expect(ids).toContain(id)
  })

  it('labels areas from the closest tile that holds the whole city', () => {
    expect(wholeBoxZoom(jingdezhen.bounds)).toBe(6)
    expect(wholeBoxZoom([-1, -1, 1, 1])).toBe(0)
    expect(wholeBoxZoom([0.001, 0.001, 0.002, 0.002])).toBe(12)
  })
})
