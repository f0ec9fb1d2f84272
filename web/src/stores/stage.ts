// The maps that are open, for the tools beside them: one, or the two of a split view.

import type { Map as GlMap } from 'maplibre-gl'
import { shallowRef } from 'vue'

export const stage = shallowRef<GlMap[]>([])
