import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reasonFor, reasonInChinese } from './reasons_zh'

/** What the tests of the pack reader expect it to say, "field: reason" each. */
function reasonsOfTests(): string[] {
  const source = readFileSync(new URL('../../../src/systems/system_pack_test.cpp', import.meta.url), 'utf8').replace(/"\n\s*"/g, '')
  return [...source.matchAll(/"[a-z]+\.yaml:\d+: ((?:[^"\\]|\\.)*)"/g)].map((m) => (m[1] ?? '').replaceAll('\\"', '"'))
}

describe('what is wrong, in Chinese', () => {
  it('has words for everything that the pack reader is known to say', () => {
    const reasons = reasonsOfTests().filter((r) => !r.endsWith(': ')) // the rest of a sentence stands elsewhere
    expect(reasons.length).toBeGreaterThan(90)
    for (const reason of reasons) expect(reasonFor('zh', reason), reason).toMatch(/\p{Script=Han}/u)
  })

  it('keeps what is named and its order', () => {
    expect(reasonFor('zh', "columns: there is no field 'sort' in demo-case")).toBe('columns：demo-case 中没有字段“sort”')
    expect(reasonFor('zh', 'formula: column 14: expected a value, a field or a function, not the end')).toBe('formula：第14列：应为值、字段或函数，却已到末尾')
    expect(reasonFor('zh', 'length_max: 20001 is not within 1 to 20000')).toBe('length_max：20001不在1至20000之内')
    expect(reasonFor('zh', "column 'x' is no field of register unit; fields are a, b")).toBe('列“x”不是台账 unit 的字段；字段有：a, b')
  })

  it('leaves English to who reads English, and what it has no words for', () => {
    expect(reasonFor('en', 'zh: is needed')).toBe('zh: is needed')
    expect(reasonFor('zh', 'something else')).toBe('something else')
    expect(reasonInChinese('something else')).toBeNull()
  })
})
