// What a judgement that arrives live does to the map: one decision, apart from the store so that it can be tested.

import type { Judgement } from './api_types'
import { toMs } from './time'

export type Arrival = 'show' | 'follow' | 'keep'

export interface Shown {
  /** time chosen by hand for this kind; null while the newest is followed */
  chosen: string | null
  /** time of the replay that is followed; null while there is none */
  followed: string | null
  /** time of the judgement that this site shows now */
  current: string | null
}

/** A replay that goes back by more than this has begun anew. */
const restart_ms = 6 * 3_600_000

export function isReplayed(judgement: Judgement): boolean {
  return judgement.inputs.some((i) => i.source?.includes('replay') ?? false)
}

/**
 * show    put it on its mark
 * follow  the map moves to its time: a replay sends an old day as if it were now
 * keep    leave the map as it is
 */
export function arrival(judgement: Judgement, shown: Shown): Arrival {
  if (shown.chosen !== null) return judgement.time === shown.chosen ? 'show' : 'keep'
  const time = toMs(judgement.time)
  if (isReplayed(judgement)) {
    if (shown.followed === null) return 'follow'
    const ahead = time - toMs(shown.followed)
    if (ahead === 0) return 'show'
    return ahead > 0 || ahead < -restart_ms ? 'follow' : 'keep'
  }
  return shown.followed === null && (shown.current === null || time >= toMs(shown.current)) ? 'show' : 'keep'
}
