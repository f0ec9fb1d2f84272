import { describe, expect, it } from 'vitest'
import { digitsLabel, fromField, secondLabel, spanText, toDigits, toField } from './wall'

describe('Beijing time in forms', () => {
  it('goes to the field and back, over the change of day', () => {
    for (const instant of ['2026-03-01T00:00:00Z', '2026-12-31T16:30:00Z', '2020-02-28T17:00:00Z']) expect(fromField(toField(instant))).toBe(instant)
    expect(toField('2026-12-31T16:30:00Z')).toBe('2027-01-01T00:30')
    expect(fromField('2026-03-01T08:00:07')).toBe('2026-03-01T00:00:07Z')
  })

  it('is nothing for what is no time', () => {
    expect(toField(null)).toBe('')
    expect(toField('soon')).toBe('')
    for (const text of ['', '2026-03-01', '2026-13-01T00:00', 'x2026-03-01T08:00']) expect(fromField(text)).toBeNull()
  })

  it('is written with fourteen digits in a message', () => {
    expect(toDigits('2026-03-01T08:05')).toBe('20260301080500')
    expect(toDigits('2026-03-01T08:05:09')).toBe('20260301080509')
    expect(toDigits('')).toBe('')
    expect(toDigits('2026-02-40T08:05')).toBe('')
  })

  it('is read from the digits of a message, and anything else stays as it is', () => {
    expect(digitsLabel('20260301080509')).toBe('2026-03-01 08:05:09')
    expect(digitsLabel('20260301080509123')).toBe('2026-03-01 08:05:09')
    expect(digitsLabel('w01018')).toBe('w01018')
    expect(secondLabel('2026-12-31T16:00:01Z')).toBe('2027-01-01 00:00:01')
    expect(secondLabel('')).toBe('—')
  })
})

describe('spans', () => {
  it('have two units at most', () => {
    expect(spanText(7200, true)).toBe('2 小时')
    expect(spanText(93_784, false)).toBe('1 d 2 h')
    expect(spanText(65, false)).toBe('1 min 5 s')
    expect(spanText(0, false)).toBe('0 s')
    expect(spanText(-3, true)).toBe('−3 秒')
    expect(spanText(-0.4, false)).toBe('0 s')
    expect(spanText(null, true)).toBe('—')
  })
})
