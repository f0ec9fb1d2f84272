// Two maps that move together: whichever is moved, the other follows in the same frame.

import type { Map as GlMap } from 'maplibre-gl'
import { watch, type ShallowRef } from 'vue'

export function usePairedMaps(one: ShallowRef<GlMap | null>, two: ShallowRef<GlMap | null>): void {
  let leading: GlMap | null = null

  function lead(from: GlMap, to: ShallowRef<GlMap | null>): () => void {
    const follow = (): void => {
      const m = to.value
      if (!m || leading === m) return
      leading = from
      m.jumpTo({ center: from.getCenter(), zoom: from.getZoom(), bearing: from.getBearing(), pitch: from.getPitch() })
      leading = null
    }
    from.on('move', follow)
    return () => from.off('move', follow)
  }

  watch([one, two], ([a, b], _, onCleanup) => {
    if (!a || !b) return
    b.jumpTo({ center: a.getCenter(), zoom: a.getZoom(), bearing: a.getBearing(), pitch: a.getPitch() })
    const stops = [lead(a, two), lead(b, one)]
    onCleanup(() => stops.forEach((stop) => stop()))
  })
}
