import { describe, expect, it } from 'vitest'
import { ago, beijing, beijingEnd, durationMs, endLabel, shortEndLabel, shortLabel, toInstant, toMs } from './time'

describe('time', () => {
  it('reads an instant as Beijing time', () => {
    expect(beijing(toMs('2020-04-03T08:00:00Z'))).toEqual({ year: 2020, month: 4, day: 3, hour: 16, minute: 0 })
    expect(shortLabel('2020-12-31T16:30:00Z')).toBe('2021-01-01 00:30')
  })

  it('labels an hourly value by the end of its hour and says which hour it was', () => {
    expect(endLabel('2020-04-03T08:00:00Z', 'PT1H', 'zh')).toEqual({ main: '2020年4月3日 16:00', window: '15:00–16:00 小时均值' })
    expect(endLabel('2020-04-03T08:00:00Z', 'PT1H', 'en')).toEqual({ main: '3 Apr 2020 16:00', window: 'mean of 15:00–16:00' })
  })

  it('calls the last hour of a day 24:00 of that day', () => {
    expect(endLabel('2020-04-03T16:00:00Z', 'PT1H', 'zh')).toEqual({ main: '2020年4月3日 24:00', window: '23:00–24:00 小时均值' })
    expect(beijingEnd(toMs('2020-02-29T16:00:00Z'))).toMatchObject({ month: 2, day: 29, hour: 24 })
    expect(shortEndLabel('2020-04-03T16:00:00Z')).toBe('2020-04-03 24:00')
    expect(shortEndLabel('2020-04-03T17:00:00Z')).toBe('2020-04-04 01:00')
  })

  it('names a day by its date', () => {
    expect(endLabel('2017-01-01T16:00:00Z', 'P1D', 'zh')).toEqual({ main: '2017年1月1日', window: '日均值' })
    expect(shortEndLabel('2017-01-01T16:00:00Z', 'P1D')).toBe('2017-01-01')
  })

  it('names no window for a value of an instant, and nothing for a text that is no time', () => {
    expect(endLabel('2021-04-01T04:00:00Z', 'PT0S', 'zh')).toEqual({ main: '2021年4月1日 12:00', window: '' })
    expect(endLabel('yesterday', 'PT1H', 'zh').main).toBe('—')
    expect(shortLabel('')).toBe('—')
  })

  it('reads durations and refuses what is none', () => {
    expect(durationMs('PT1H')).toBe(3_600_000)
    expect(durationMs('P1D')).toBe(86_400_000)
    expect(durationMs('PT4H')).toBe(14_400_000)
    for (const bad of ['P', 'PT', '1H', '', 'P1Y']) expect(durationMs(bad)).toBeNaN()
  })

  it('goes to milliseconds and back for every hour of a leap year', () => {
    for (let ms = toMs('2020-01-01T00:00:00Z'); ms < toMs('2021-01-01T00:00:00Z'); ms += 3_600_000) {
      expect(toMs(toInstant(ms))).toBe(ms)
    }
  })

  it('tells age coarsely', () => {
    const now = toMs('2020-04-03T08:00:00Z')
    expect(ago('2020-04-03T07:59:01Z', now, 'zh')).toBe('59 秒前')
    expect(ago('2020-04-03T07:59:00Z', now, 'en')).toBe('1 min ago')
    expect(ago('2020-04-01T08:00:00Z', now, 'en')).toBe('2 d ago')
  })
})
