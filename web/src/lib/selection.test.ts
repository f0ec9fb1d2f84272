import { describe, expect, it } from 'vitest'
import { extended, nothingChosen, pressed, taken, toggled, type Selection } from './selection'

const key = (name: string, shift = false, control = false): { key: string; shift: boolean; control: boolean } => ({ key: name, shift, control })
const press = (s: Selection, ...names: string[]): Selection => names.reduce((at, n) => pressed(at, key(n.replace('+', ''), n.startsWith('+')), 10, [3, 7]) ?? at, s)

describe('selection', () => {
  it('takes and leaves one with Space, and moves without taking', () => {
    expect(press(nothingChosen, 'ArrowRight', 'ArrowRight', ' ').chosen).toEqual([1])
    expect(press(nothingChosen, 'ArrowRight', ' ', 'ArrowRight', 'ArrowRight', ' ').chosen).toEqual([0, 2])
    expect(press(nothingChosen, 'ArrowRight', ' ', ' ').chosen).toEqual([])
  })

  it('takes what it passes with Shift, forwards and backwards', () => {
    expect(press(nothingChosen, 'ArrowRight', '+ArrowRight', '+ArrowRight').chosen).toEqual([0, 1, 2])
    expect(press(nothingChosen, 'End', '+ArrowLeft').chosen).toEqual([8, 9])
    expect(press(nothingChosen, 'Home', '+End').chosen).toHaveLength(10)
  })

  it('stops at the edges', () => {
    expect(press(nothingChosen, 'Home', 'ArrowLeft').cursor).toBe(0)
    expect(press(nothingChosen, 'End', 'ArrowRight', 'PageDown').cursor).toBe(9)
  })

  it('goes from flag to flag, and round', () => {
    expect(press(nothingChosen, 'n').cursor).toBe(3)
    expect(press(nothingChosen, 'n', 'n').cursor).toBe(7)
    expect(press(nothingChosen, 'n', 'n', 'n').cursor).toBe(3)
    expect(press(nothingChosen, 'p').cursor).toBe(7)
  })

  it('lets all go with Escape, which then is free for others', () => {
    const some = press(nothingChosen, 'ArrowRight', ' ')
    expect(press(some, 'Escape').chosen).toEqual([])
    expect(pressed(nothingChosen, key('Escape'), 10, [])).toBeNull()
  })

  it('takes all with Control+A; a plain a and other keys are not ours', () => {
    expect(pressed(nothingChosen, key('a', false, true), 3, [])?.chosen).toEqual([0, 1, 2])
    for (const name of ['a', 'x', 'Tab', 'Enter']) expect(pressed(nothingChosen, key(name), 3, [])).toBeNull()
    expect(pressed(nothingChosen, key('ArrowRight'), 0, [])).toBeNull()
  })

  it('adds to what was chosen, each place once and in order', () => {
    const some = taken(nothingChosen, [5, 2], false)
    expect(some.chosen).toEqual([2, 5])
    expect(taken(some, [3, 5], true).chosen).toEqual([2, 3, 5])
    expect(taken(some, [9], false).chosen).toEqual([9])
    expect(extended(toggled(some, 7), 9).chosen).toEqual([2, 5, 7, 8, 9])
  })
})
