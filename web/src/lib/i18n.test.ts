import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { messages, readLang, translator } from './i18n'
import { layerTree } from './layers'
import { pages } from './route'

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
    const path = join(folder, e.name)
    if (e.isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(e.name) && !e.name.includes('.test.') && !e.name.startsWith('messages_') ? [path] : []
  })
}

const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

describe('words', () => {
  it('are there in both languages, none empty', () => {
    expect(Object.keys(messages.en).sort()).toEqual(Object.keys(messages.zh).sort())
    for (const lang of ['zh', 'en'] as const) {
      for (const [key, text] of Object.entries(messages[lang])) expect(text.trim(), `${lang} ${key}`).not.toBe('')
    }
  })

  it('take the same values in both languages', () => {
    for (const key of Object.keys(messages.zh)) expect(holes(messages.en[key] ?? ''), key).toEqual(holes(messages.zh[key] ?? ''))
  })

  it('are there for every key the source names, and none is left over', () => {
    const used = new Set<string>()
    const stems = new Set<string>()
    for (const file of sources(join(process.cwd(), 'src'))) {
      const text = readFileSync(file, 'utf8')
      for (const m of text.matchAll(/\bt\(\s*'([^']+)'/g)) used.add(m[1]!)
      for (const m of text.matchAll(/\bt\([^()]*\? '([^']+)' : '([^']+)'/g)) used.add(m[1]!).add(m[2]!)
      for (const m of text.matchAll(/\bt\(\s*`([^`$]+)\$\{/g)) stems.add(m[1]!)
      for (const m of text.matchAll(/[kK]ey: '([^']+)'/g)) used.add(m[1]!)
    }
    for (const key of used) expect(messages.zh[key], key).toBeDefined()
    const idle = Object.keys(messages.zh).filter((key) => !used.has(key) && ![...stems].some((s) => key.startsWith(s)))
    expect(idle).toEqual([])
  })

  it('name every page and layer', () => {
    for (const page of pages) expect(messages.zh[`page.${page}`]).toBeDefined()
    for (const group of layerTree) {
      expect(messages.zh[`layers.${group.id}`]).toBeDefined()
      for (const layer of group.layers) expect(messages.zh[`layer.${layer.id}`]).toBeDefined()
    }
  })

  it('fill in values, and show an unknown key instead of nothing', () => {
    expect(translator('zh')('no.such.key')).toBe('no.such.key')
    expect(translator('en')('kind.kiln', {}, 'kiln')).toBe('kiln')
    expect(translator('en')('table.count', { n: 3 })).toBe('3 rows')
  })

  it('reads languages by their first part and knows no third', () => {
    expect(readLang('zh-CN')).toBe('zh')
    expect(readLang('EN_gb')).toBe('en')
    expect(readLang('fr')).toBeNull()
    expect(readLang(undefined)).toBeNull()
  })
})
