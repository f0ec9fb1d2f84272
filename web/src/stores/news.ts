// Counts what the stream tells of records and errata, so that whoever shows some asks again.

import { ref } from 'vue'

export const recordNews = ref(0)

/** How the live stream stands, for pages without the header. */
export const streamState = ref<'connecting' | 'open' | 'lost'>('connecting')
