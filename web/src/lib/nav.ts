// The pages in the header: a few that everybody uses each day, the others behind one button, by what they are for.

import { pages, type Page } from './route'

export const firstPages: readonly Page[] = ['map', 'duty', 'cases', 'registers', 'review', 'plan']

export interface NavGroup {
  id: 'data' | 'people' | 'intake' | 'system'
  pages: readonly Page[]
}

const groups: readonly NavGroup[] = [
  { id: 'data', pages: ['list', 'charts', 'reports', 'standards', 'wall'] },
  { id: 'people', pages: ['mine', 'field', 'public'] },
  { id: 'intake', pages: ['devices', 'import'] },
  { id: 'system', pages: ['admin', 'help'] },
]

/** The account has its own button. */
const elsewhere: readonly Page[] = ['account']

/** The groups of what is offered; one without a page is left out. A page that no group names stands in the last. */
export function navGroups(offered: (page: Page) => boolean): NavGroup[] {
  const named = new Set<Page>([...firstPages, ...elsewhere, ...groups.flatMap((g) => g.pages)])
  const rest = pages.filter((p) => !named.has(p))
  return groups.map((g, i) => ({ ...g, pages: [...g.pages, ...(i === groups.length - 1 ? rest : [])].filter(offered) })).filter((g) => g.pages.length > 0)
}

/** Where the focus goes among `count` links that stand one below another; null where the key is none of them. */
export function nextLink(key: string, at: number, count: number): number | null {
  if (count === 0) return null
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return (at - 1 + count) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
