// The tree of the plan's work: chapter, section, promise, task, milestone. Pure: which lines are seen, and what a key does.

import type { PlanMilestone, PlanTask, TreePromise } from './plan_types'

export type TreeKind = 'chapter' | 'section' | 'promise' | 'task' | 'milestone'

export interface TreeNode {
  /** unique in the tree */
  key: string
  kind: TreeKind
  id: string
  parent: string | null
  /** chapter is 1 */
  level: number
  /** milestones below it, or itself, whose day is past and that are not done */
  overdue: number
  milestones: number
  done: number
  promise: TreePromise | null
  task: PlanTask | null
  milestone: PlanMilestone | null
  children: TreeNode[]
}

const bare = { promise: null, task: null, milestone: null }

function branch(kind: TreeKind, key: string, id: string, parent: string | null, level: number, children: TreeNode[], of: Partial<TreeNode> = {}): TreeNode {
  const sum = (what: (x: TreeNode) => number): number => children.reduce((n, x) => n + what(x), 0)
  return { ...bare, kind, key, id, parent, level, children, overdue: sum((x) => x.overdue), milestones: sum((x) => x.milestones), done: sum((x) => x.done), ...of }
}

function ofTask(task: PlanTask, parent: string): TreeNode {
  const key = `${parent}/${task.id}`
  const leaves = task.milestones.map((m): TreeNode => branch('milestone', `${key}/${m.id}`, m.id, key, 5, [], { milestone: m, overdue: m.overdue ? 1 : 0, milestones: 1, done: m.done_on === null ? 0 : 1 }))
  return branch('task', key, task.id, parent, 4, leaves, { task })
}

/** By chapter and section in their order; `overdueOnly` keeps what leads to an overdue milestone. */
export function planTree(promises: readonly TreePromise[], overdueOnly: boolean): TreeNode[] {
  const chapters = new Map<string, Map<string, TreePromise[]>>()
  for (const p of promises) {
    const sections = chapters.get(p.chapter) ?? new Map<string, TreePromise[]>()
    sections.set(p.section, [...(sections.get(p.section) ?? []), p])
    chapters.set(p.chapter, sections)
  }
  const byNumber = (a: [string, unknown], b: [string, unknown]): number => Number(a[0]) - Number(b[0])
  const kept = (nodes: TreeNode[]): TreeNode[] => (overdueOnly ? nodes.filter((x) => x.overdue > 0) : nodes)
  const whole = [...chapters].sort(byNumber).map(([chapter, sections]) => {
    const key = `c${chapter}`
    const below = [...sections].sort(byNumber).map(([section, list]) => {
      const own = `${key}/s${section}`
      return branch('section', own, section, key, 2, kept(list.map((p) => branch('promise', p.id, p.id, own, 3, kept(p.tasks.map((task) => ofTask(task, p.id)).map((x) => ({ ...x, children: kept(x.children) }))), { promise: p }))))
    })
    return branch('chapter', key, chapter, null, 1, kept(below))
  })
  return kept(whole)
}

/** What is seen, from above: a closed branch hides what is below it. */
export function seenNodes(tree: readonly TreeNode[], open: ReadonlySet<string>): TreeNode[] {
  return tree.flatMap((x) => [x, ...(open.has(x.key) ? seenNodes(x.children, open) : [])])
}

/** Every branch, to open all. */
export function allBranches(tree: readonly TreeNode[]): string[] {
  return tree.flatMap((x) => (x.children.length > 0 ? [x.key, ...allBranches(x.children)] : []))
}

export type TreeStep = { go: string } | { open: string } | { close: string } | null

/** What an arrow, Home or End does at a line: the tree pattern of ARIA. */
export function treeStep(seen: readonly TreeNode[], open: ReadonlySet<string>, at: string, key: string): TreeStep {
  const i = seen.findIndex((x) => x.key === at)
  const node = seen[i]
  if (!node) return seen[0] ? { go: seen[0].key } : null
  const go = (to: TreeNode | undefined): TreeStep => (to ? { go: to.key } : null)
  switch (key) {
    case 'ArrowDown': return go(seen[i + 1])
    case 'ArrowUp': return go(seen[i - 1])
    case 'Home': return go(seen[0])
    case 'End': return go(seen.at(-1))
    case 'ArrowRight':
      if (node.children.length === 0) return null
      return open.has(at) ? go(node.children[0]) : { open: at }
    case 'ArrowLeft':
      if (node.children.length > 0 && open.has(at)) return { close: at }
      return node.parent === null ? null : { go: node.parent }
    default: return null
  }
}
