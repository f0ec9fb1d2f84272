import { describe, expect, it } from 'vitest'
import { translator } from './i18n'
import { colourOfReading, plain, readingFace, textOn } from './map_face'
import { grey } from './site_view'

const t = translator('zh')
const step = { code: 'III', colour: '#ffff00', label_zh: 'Ⅲ类', label_en: 'Class III' }

describe('the face of a reading', () => {
  it('is a class by its label, an index without places, a value with those of its property', () => {
    const reading = { value: 23.456, level: 2, step }
    expect(readingFace(reading, { verdict: 'class', property: undefined }, 'zh', t).label).toBe('Ⅲ类')
    expect(readingFace(reading, { verdict: 'AQI', property: undefined }, 'zh', t).label).toBe('23')
    const property = { id: 'x', decimals: 2 } as never
    expect(readingFace(reading, { verdict: null, property }, 'zh', t)).toMatchObject({ label: '23.46', colour: '#ffff00', word: 'Ⅲ类', judged: true })
  })

  it('is grey where there is none, and plain where the law has no colour', () => {
    expect(readingFace(null, { verdict: 'AQI', property: undefined }, 'zh', t)).toMatchObject({ label: '—', colour: grey.colour, judged: false })
    expect(colourOfReading({ value: 1, level: -1, step: null })).toBe(plain.colour)
  })

  it('is read on any colour', () => expect(['#ffff00', '#00e400', '#7e0023', '#99004c', '#ff7e00', 'none'].map(textOn)).toEqual(['#1d2926', '#1d2926', '#ffffff', '#ffffff', '#1d2926', grey.text]))
})
