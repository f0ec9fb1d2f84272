import { describe, expect, it } from 'vitest'
import { allBranches, planTree, seenNodes, treeStep } from './plan_tree'
import type { PlanTask, TreePromise } from './plan_types'

const task = (id: string, overdue: boolean): PlanTask => ({ id, title: id, owner: null, due: null, planned_10k: null, spent_10k: null, done: 0, overdue: overdue ? 1 : 0, milestones: [{ id: `${id}-m`, title: 'm', due: '2026-01-01', done_on: overdue ? null : '2026-01-01', overdue }] })
const promise = (id: string, chapter: string, section: string, tasks: PlanTask[] = []): TreePromise => ({ id, chapter, section, name_zh: id, name_en: id, kind: 'action', status: 'behind', year_due: 2030, owner: 'ecology', tasks })
const all = [promise('P3', '10', '1'), promise('P1', '2', '2', [task('T1', true), task('T2', false)]), promise('P2', '2', '1', [task('T3', false)])]

describe('the tree of the work', () => {
  it('has chapters and sections by number, and counts upwards', () => {
    const tree = planTree(all, false)
    expect(tree.map((x) => x.id)).toEqual(['2', '10'])
    expect(tree[0]).toMatchObject({ overdue: 1, milestones: 3, done: 2 })
    expect(tree[0]!.children.map((x) => x.id)).toEqual(['1', '2'])
  })
  it('keeps only what leads to something overdue when asked', () => {
    const tree = planTree(all, true)
    const open = new Set(allBranches(tree))
    expect(seenNodes(tree, open).map((x) => x.id)).toEqual(['2', '2', 'P1', 'T1', 'T1-m'])
    expect(planTree([all[0]!], true)).toEqual([])
  })
  it('hides what is below a closed branch', () => {
    const tree = planTree(all, false)
    expect(seenNodes(tree, new Set()).map((x) => x.key)).toEqual(['c2', 'c10'])
    expect(seenNodes(tree, new Set(['c2'])).map((x) => x.key)).toEqual(['c2', 'c2/s1', 'c2/s2', 'c10'])
  })
  it('follows the keys of the tree pattern', () => {
    const tree = planTree(all, false)
    const closed = seenNodes(tree, new Set())
    const open = new Set(['c2'])
    const seen = seenNodes(tree, open)
    expect(treeStep(closed, new Set(), 'c2', 'ArrowRight')).toEqual({ open: 'c2' })
    expect(treeStep(seen, open, 'c2', 'ArrowRight')).toEqual({ go: 'c2/s1' })
    expect(treeStep(seen, open, 'c2', 'ArrowLeft')).toEqual({ close: 'c2' })
    expect(treeStep(seen, open, 'c2/s1', 'ArrowLeft')).toEqual({ go: 'c2' })
    expect(treeStep(seen, open, 'c2', 'ArrowDown')).toEqual({ go: 'c2/s1' })
    expect(treeStep(seen, open, 'c2', 'ArrowUp')).toBeNull()
    expect(treeStep(seen, open, 'c2/s1', 'Home')).toEqual({ go: 'c2' })
    expect(treeStep(seen, open, 'c2', 'End')).toEqual({ go: 'c10' })
    expect(treeStep(seen, open, 'c2', 'x')).toBeNull()
    expect(treeStep(seen, open, 'gone', 'ArrowDown')).toEqual({ go: 'c2' })
  })
})
