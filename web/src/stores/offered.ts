// Which pages are offered to who is there. What they may do the server decides; this only keeps from view what would be refused.

import type { Page } from '../lib/route'
import { caller, hasRole } from './session'

/** What has something for people who have not signed in; the rest is a click on "sign in" away. */
const forAll: readonly Page[] = ['map', 'list', 'public', 'plan', 'standards', 'help']

export function isOffered(page: Page): boolean {
  if (page === 'mine') return caller.value?.roles.includes('enterprise') ?? false
  if (page === 'admin') return hasRole('leader')
  return caller.value?.how !== 'nobody' || forAll.includes(page)
}
