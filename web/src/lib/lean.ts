// How a map is painted whose pixels the processor makes, as on desks without a graphics card: coarser while it moves or
// is played, so that it follows the hand; whole as soon as it stands. With a card none of this is used.

/** Shares of the screen's pixels along each side, the finest first. */
export const shares = [1, 0.75, 0.6, 0.5, 0.4, 0.33] as const
/** 30 frames a second, with room for what else a frame has to do. */
export const frame_ms_max = 30
/** So long without a movement, and the map stands. */
export const still_ms = 150
/** After a coarse painting, from when the page is free again: a map that nobody moves or plays stands by then. */
export const look_again_ms = still_ms + frame_ms_max
/** Pause between two paintings while tiles are on their way: each costs as much as the whole map. */
export const arriving_ms = 250
/** Tiles that take longer than this are waited for no more: what is there is painted whole. */
export const late_ms = 1000

/** So many paintings of a standing map, each soon after the one before, and it is played. */
const played_min = 3
const slow_max = 3
/** Fast frames before finer is tried; four times as many each time that turned out too slow. */
const fast_min_first = 30
const fast_min_last = 4000
const fast_ms = 18
const start = 3

/** Whether the renderer a browser names paints by the processor. */
export function paintsByProcessor(renderer: string): boolean {
  return /swiftshader|llvmpipe|softpipe|software|basic render|\bwarp\b/i.test(renderer)
}

export type Step = { share: number } | { wait_ms: number }

/** Decides for one map; every time is given, in ms of one clock. */
export class LeanPainting {
  private finest_busy: number = start
  private moved_at = -Infinity
  private painted_at = -Infinity
  /** when the page was free again after the last painting */
  private free_at = -Infinity
  private awaited_since: number | null = null
  private painted_share: number = 0
  private in_a_row = 0
  private slow = 0
  private fast = 0
  private fast_min = fast_min_first

  moved(at: number): void {
    this.moved_at = at
  }

  /** Whether it is painted again and again: it moves, or time is played on it. */
  busy(at: number): boolean {
    return at - this.moved_at < still_ms || (this.in_a_row >= played_min && at - this.rested_at() < still_ms)
  }

  /**
   * What to do where the map would be painted now; `whole`: every tile it shows is there. A map that stands gets finer, never
   * coarser, so that a layer that is switched on makes nothing blurred.
   */
  step(at: number, whole: boolean): Step {
    const coarse = shares[this.finest_busy]!
    const busy = this.busy(at)
    if (busy || whole) {
      this.awaited_since = null
      return this.paint(at, busy ? coarse : 1)
    }
    this.awaited_since ??= at
    const wait_ms = this.painted_at + arriving_ms - at
    if (wait_ms > 0) return { wait_ms }
    return this.paint(at, at - this.awaited_since >= late_ms ? 1 : Math.max(coarse, this.painted_share))
  }

  private rested_at(): number {
    return Math.max(this.painted_at, this.free_at)
  }

  private paint(at: number, share: number): Step {
    this.in_a_row = at - this.rested_at() < still_ms ? this.in_a_row + 1 : 0
    this.painted_at = at
    this.painted_share = share
    return { share }
  }

  /**
   * What was painted kept the page busy from one time to another. Of a busy map: after several slow paintings it gets coarser,
   * after many fast ones finer.
   */
  took(from: number, to: number): void {
    this.free_at = to
    if (!this.busy(from)) return
    const ms = to - from
    this.slow = ms > frame_ms_max ? this.slow + 1 : Math.max(0, this.slow - 1)
    this.fast = ms < fast_ms ? this.fast + 1 : 0
    const by = this.slow >= slow_max ? 1 : this.fast >= this.fast_min ? -1 : 0
    if (by === 0) return
    if (by > 0) this.fast_min = Math.min(fast_min_last, this.fast_min * 4)
    this.slow = this.fast = 0
    this.finest_busy = Math.min(shares.length - 1, Math.max(0, this.finest_busy + by))
  }
}
