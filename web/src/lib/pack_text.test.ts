import { describe, expect, it } from 'vitest'
import { lineAt, lineOf, lineRange, newPack, reasonOf, systemOf } from './pack_text'

describe('the text of a pack', () => {
  it('finds the line an error speaks of', () => {
    expect(lineOf('fume-island.yaml:12: field: unknown type')).toBe(12)
    expect(lineOf('the pack cannot be read')).toBeNull()
    expect(lineOf('pack:7: x')).toBe(7)
    expect(lineOf('a.yaml:0: x')).toBeNull()
    expect(lineOf('a time: 12: x')).toBeNull()
    expect(reasonOf('packs/fume-island.yaml:12: fields: unknown type')).toBe('fields: unknown type')
  })

  it('tells where a line lies, also beyond the end', () => {
    const text = 'one\ntwo\nthree'
    expect(text.slice(...lineRange(text, 2))).toBe('two')
    expect(text.slice(...lineRange(text, 3))).toBe('three')
    expect(text.slice(...lineRange(text, 99))).toBe('three')
    expect(lineRange('', 1)).toEqual([0, 0])
    expect([0, 3, 4, 13].map((i) => lineAt(text, i))).toEqual([1, 1, 2, 3])
  })

  it('reads which system it is, and begins with one that says so', () => {
    expect(systemOf('# c\nsystem: fume-island  # id\nname: x')).toBe('fume-island')
    expect(systemOf('system: "a-b"')).toBe('a-b')
    for (const text of ['', 'name: x', 'system: A B', '  system: x']) expect(systemOf(text)).toBeNull()
    expect(systemOf(newPack)).toBe('my-register')
  })
})
