import { nextTick, onScopeDispose, ref, watch, type Ref } from 'vue'
import { block_rows, blocksSeen } from '../lib/table_layout'

/** So few rows are drawn all at once. */
export const drawn_at_once = 400
const row_height_px = 30

export interface Blocks {
  /** which blocks stand in the document, and how high the gaps before and after are */
  first: Ref<number>
  last: Ref<number>
  height: (block: number) => number
  /** listens to the scrolling of the element */
  onScroll: () => void
}

/** Which blocks of a long table are drawn. Blocks carry data-block; once seen, their height is known. */
export function useBlocks(scroll: Ref<HTMLElement | null>, rows: () => number): Blocks {
  const first = ref(0)
  const last = ref(1)
  const known = new Map<number, number>()
  const height = (block: number): number => known.get(block) ?? Math.min(block_rows, rows() - block * block_rows) * row_height_px
  let frame = 0

  function measure(): void {
    for (const el of scroll.value?.querySelectorAll<HTMLElement>('tbody[data-block]') ?? []) known.set(Number(el.dataset['block']), el.offsetHeight)
  }
  function look(): void {
    frame = 0
    const el = scroll.value
    const n = rows()
    if (!el || n <= drawn_at_once) return
    measure()
    const seen = blocksSeen(Array.from({ length: Math.ceil(n / block_rows) }, (_, i) => height(i)), el.scrollTop, el.clientHeight)
    first.value = seen.first
    last.value = seen.last
  }
  const onScroll = (): void => {
    if (frame === 0) frame = requestAnimationFrame(look)
  }
  watch([rows, scroll], () => {
    known.clear()
    first.value = 0
    last.value = 1
    void nextTick(look)
  })
  onScopeDispose(() => cancelAnimationFrame(frame))
  return { first, last, height, onScroll }
}
