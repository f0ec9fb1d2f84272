import { describe, expect, it } from 'vitest'
import { bodyOf, differences, sizeText, type PrintedFigure } from './reports'

const figure = (ref: string, printed: string): PrintedFigure => ({ ref, zh: `${ref}值`, en: ref, unit: '', printed, kind: 'series', series: 1, time: '2020-04-03T16:00:00Z', how_zh: '', how_en: '', edition: '', result_time: null, link: '' })

describe('reports', () => {
  it('two versions differ where they print otherwise, and where only one prints', () => {
    const older = [figure('a', '51'), figure('b', '7'), figure('gone', '3')]
    const newer = [figure('new', '4'), figure('a', '49'), figure('b', '7')]
    expect(differences(older, newer).map((d) => [d.ref, d.old, d.new])).toEqual([
      ['new', '—', '4'],
      ['a', '51', '49'],
      ['gone', '3', '—'],
    ])
    expect(differences(newer, newer)).toEqual([])
  })

  it('a page gives what stands in its body', () => {
    expect(bodyOf('<!doctype html><html><head><title>x</title></head><body>\n<p>1</p></body></html>')).toBe('\n<p>1</p>')
    expect(bodyOf('no page')).toBe('')
  })

  it('sizes are told in kB and MB', () => {
    expect(sizeText(10)).toBe('1 kB')
    expect(sizeText(54_400)).toBe('54 kB')
    expect(sizeText(2_340_000)).toBe('2.3 MB')
  })
})
