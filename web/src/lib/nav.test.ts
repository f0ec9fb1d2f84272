import { describe, expect, it } from 'vitest'
import { firstPages, navGroups, nextLink } from './nav'
import { pages } from './route'

describe('the pages in the header', () => {
  it('are at most six beside the button of the others, and every page stands once', () => {
    expect(firstPages.length).toBeLessThanOrEqual(6)
    const all = [...firstPages, ...navGroups(() => true).flatMap((g) => g.pages)]
    expect(new Set(all).size).toBe(all.length)
    expect(new Set(all)).toEqual(new Set(pages.filter((p) => p !== 'account')))
  })
  it('leave out what is not offered, and a group that is empty then', () => {
    const some = navGroups((p) => !['admin', 'mine', 'field', 'public'].includes(p))
    expect(some.flatMap((g) => g.pages)).not.toContain('admin')
    expect(some.map((g) => g.id)).toEqual(['data', 'intake', 'system'])
  })
  it('are gone through with the arrow keys, round and round', () => {
    expect(nextLink('ArrowDown', 2, 3)).toBe(0)
    expect(nextLink('ArrowUp', 0, 3)).toBe(2)
    expect(nextLink('End', 0, 3)).toBe(2)
    expect(nextLink('Home', 2, 3)).toBe(0)
    expect(nextLink('x', 1, 3)).toBeNull()
    expect(nextLink('ArrowDown', 0, 0)).toBeNull()
  })
})
