import { describe, expect, it } from 'vitest'
import { colourOf, legend, other_colour, recordLayers } from './register_map'
import { aField, aRegister } from './register_sample'

const kind = aField('kind', 'code', { of: 'fume-kind' })

describe('the layer of a register', () => {
  it('explains its colours by the names of the codes', () => {
    const register = aRegister([kind], { map: { geometry: 'place', colour_by: 'kind', colours: { kitchen: '#2f7d6b', kiln: '#b4532a' } } })
    expect(legend(register, 'zh')).toEqual([{ value: 'kitchen', colour: '#2f7d6b', label: '餐饮' }, { value: 'kiln', colour: '#b4532a', label: '窑炉' }])
    expect(colourOf(register)).toEqual(['match', ['to-string', ['get', 'colour']], 'kitchen', '#2f7d6b', 'kiln', '#b4532a', other_colour])
  })

  it('explains colours of states, and has one colour where the pack names none', () => {
    const life = { first: 'open', states: [{ id: 'open', zh: '待受理', en: 'Open' }], steps: [], deadlines: [] }
    expect(legend(aRegister([], { lifecycle: life, map: { geometry: 'place', colour_by: 'state', colours: { open: '#aa0000' } } }), 'zh')[0]!.label).toBe('待受理')
    const bare = aRegister([], { map: { geometry: 'place' } })
    expect(legend(bare, 'zh')).toEqual([])
    expect(typeof colourOf(bare)).toBe('string')
  })

  it('draws points, clusters and their numbers from one source', () => {
    const layers = recordLayers(aRegister([kind]), 'records')
    expect(new Set(layers.map((l) => l.id)).size).toBe(layers.length)
    expect(layers.every((l) => 'source' in l && l.source === 'records')).toBe(true)
  })
})
