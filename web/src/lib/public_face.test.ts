import { describe, expect, it } from 'vitest'
import { adviceAt, bearingWord, byCounty, nearest, receiptText, windWord, worst, type PublicFace, type PublicPlace } from './public_face'

const place = (id: string, county: string, lon: number, value: number | null): PublicPlace => ({
  id, name_zh: id, name_en: id, county, lon, lat: 29.3, position_is_rough: false,
  now: value === null ? null : { time: '2020-04-03T08:00:00Z', edition: 'HJ 633-2012', judged: true, value, level: 1, is_old: false, source: 'x' },
})
const places = [place('a', '1', 117.1, 30), place('b', '2', 117.2, 80), place('c', '1', 117.3, null)]

describe('the page for everybody', () => {
  it('shows the worst place until one is chosen, never one without a verdict', () => {
    expect(worst(places)?.id).toBe('b')
    expect(worst([places[2]!, places[0]!])?.id).toBe('a')
    expect(worst([])).toBeNull()
  })

  it('finds the nearest place on either side, and none of none', () => {
    expect(nearest(places, 117.16, 29.3)?.id).toBe('b')
    expect(nearest(places, 117.14, 29.3)?.id).toBe('a')
    expect(nearest([], 117, 29)).toBeNull()
  })

  it('groups by county in the order of the city and leaves no place out', () => {
    const city = { id: 'x', name_zh: '市', name_en: 'City', counties: [{ adcode: '2', name_zh: '乙', name_en: 'B' }, { adcode: '1', name_zh: '甲', name_en: 'A' }] }
    const groups = byCounty({ city }, [...places, place('d', '9', 117, 1)])
    expect(groups.map((g) => [g.name_en, g.places.map((p) => p.id)])).toEqual([['B', ['b']], ['A', ['a', 'c']], ['City', ['d']]])
  })

  it('tells each group what is said of its level', () => {
    const face: Pick<PublicFace, 'groups' | 'advice'> = {
      groups: [{ id: 'old', zh: '老人', en: 'Old' }, { id: 'work', zh: '工人', en: 'Workers' }],
      advice: [{ level: 3, groups: ['old'], zh: '少', en: 'less' }, { level: 4, groups: ['old', 'work'], zh: '不', en: 'no' }],
    }
    expect(adviceAt(face, 3).map((a) => a.group.id)).toEqual(['old'])
    expect(adviceAt(face, 4).map((a) => [a.group.id, a.advice.zh])).toEqual([['old', '不'], ['work', '不']])
    expect(adviceAt(face, 1)).toEqual([])
  })

  it('names the wind by eight points, each 45 degrees wide about its middle', () => {
    expect([0, 22, 23, 90, 337, 338, 360, -45].map((d) => windWord(d, 'en'))).toEqual(['north', 'north', 'north-east', 'east', 'north-west', 'north', 'north', 'north-west'])
    expect(bearingWord(117.2, 29.3, 117.3, 29.3, 'zh')).toBe('东')
    expect(bearingWord(117.2, 29.3, 117.2, 29.2, 'zh')).toBe('南')
  })

  it('writes a receipt of what is there, one line each', () => {
    expect(receiptText([['查询码', 'ABC'], ['情况', ''], ['怎么了？', '恶臭']])).toBe('查询码：ABC\n怎么了：恶臭')
  })
})
