import { describe, expect, it } from 'vitest'
import { decisionText, figureText, inkOn, pairText, verdictFace } from './erratum_words'
import type { ChangedVerdict } from './review_types'

const verdict: ChangedVerdict = { site: 's', name_zh: '', name_en: '', rule: 'aqi-daily', time: '', edition: '', old: 51, new: null, old_zh: '良', new_zh: '', old_en: 'Good', new_en: 'not judged', colour_old: '#ffff00', colour_new: null }

describe('words of an erratum', () => {
  it('shows the number with its word, and what is not judged by its word', () => {
    expect(verdictFace(verdict, 'old', 'zh')).toEqual({ text: '51 良', colour: '#ffff00' })
    expect(verdictFace(verdict, 'new', 'en')).toEqual({ text: 'not judged', colour: null })
    expect(verdictFace({ ...verdict, new_en: '' }, 'new', 'zh').text).toBe('—')
    expect(verdictFace({ ...verdict, old: 'Ⅱ', old_zh: 'Ⅱ' }, 'old', 'zh').text).toBe('Ⅱ')
  })
  it('writes dark on light and light on dark', () => {
    expect([inkOn('#ffff00'), inkOn('#7e0023'), inkOn('none')]).toEqual(['#1d2926', '#ffffff', 'inherit'])
  })
  it('takes as many places as tell old and new apart', () => {
    expect(pairText(59.291667, 94.85, 1)).toEqual(['59.3', '94.8'])
    expect(pairText(59.291667, 59.291701, 1)).toEqual(['59.29167', '59.2917'])
    expect(pairText(null, 3, 0)).toEqual(['—', '3'])
    expect(pairText(2, 2, 0)).toEqual(['2', '2'])
  })
  it('names a decision by its number', () => {
    expect([decisionText(4), decisionText({ id: 5 }), decisionText({ decision: 6 }), decisionText(null)]).toEqual(['#4', '#5', '#6', ''])
  })
  it('does not show the dust of floating point', () => {
    expect([figureText(51.500000000000007), figureText('良'), figureText(null), figureText(0)]).toEqual(['51.5', '良', '—', '0'])
  })
})
