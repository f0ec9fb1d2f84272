// The systems that the city's plan asks for, asked once; menu, palette and their own pages read them.

import { shallowRef } from 'vue'
import type { ApiError } from '../lib/problem'
import type { PlanRow } from '../lib/register_types'
import { startRegisters } from '../lib/route_registers'
import { asApiError, getJson } from '../services/useApi'
import { pageAddress } from './view'

export const planRows = shallowRef<PlanRow[] | null>(null)
export const planRowsError = shallowRef<ApiError | null>(null)

export async function loadPlanRows(): Promise<void> {
  try {
    planRows.value = (await getJson<{ items: PlanRow[] }>('systems/rows')).items
    planRowsError.value = null
  } catch (e) {
    planRowsError.value = asApiError(e)
  }
}

export const rowAddress = (row: string): string => pageAddress('registers', { registers: { ...startRegisters, part: 'system', row }, own: {} })
