import { describe, expect, it } from 'vitest'
import { every_s_usual, nextScene, readEvery, readOnly, scenes, wallAct } from './scenes'

describe('the wall', () => {
  it('takes its pace from the address, within reason', () => {
    expect(readEvery('3')).toBe(3)
    for (const odd of [undefined, '', 'x', '0', '1', '601', '-5']) expect(readEvery(odd)).toBe(every_s_usual)
  })
  it('shows the scenes that are named, in our order, and all where none is known', () => {
    expect(readOnly('duty,map')).toEqual(['map', 'duty'])
    expect(readOnly('nothing')).toEqual([...scenes])
    expect(readOnly(undefined)).toEqual([...scenes])
  })
  it('goes round and round, both ways', () => {
    let now: (typeof scenes)[number] = 'map'
    for (let i = 0; i < scenes.length; ++i) now = nextScene(scenes, now, 1)
    expect(now).toBe('map')
    expect(nextScene(scenes, 'map', -1)).toBe('events')
    expect(nextScene(['duty'], 'duty', 1)).toBe('duty')
    expect(nextScene(['duty'], 'map', 1)).toBe('duty')
  })
  it('is led by keys', () => {
    expect(wallAct(' ')).toBe('pause')
    expect(wallAct('ArrowRight')).toBe('next')
    expect(wallAct('ArrowLeft')).toBe('before')
    expect(wallAct('Escape')).toBe('leave')
    expect(wallAct('x')).toBeNull()
  })
})
