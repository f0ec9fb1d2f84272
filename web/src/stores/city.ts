// What is true of the city whatever the time: its name, sites, properties and the standards' legends.

import { computed, reactive, shallowRef } from 'vue'
import type { City, Property, Replay, Site, Standards } from '../lib/api_types'
import type { ApiError } from '../lib/problem'
import { asApiError, getJson } from '../services/useApi'

export const city = shallowRef<City | null>(null)
export const sites = shallowRef<Site[]>([])
export const properties = shallowRef<Map<string, Property>>(new Map())
export const standards = shallowRef<Standards | null>(null)
export const replay = reactive<Replay>({ active: false, data_day: null })
export const cityError = shallowRef<ApiError | null>(null)

export const siteById = computed(() => new Map(sites.value.map((s) => [s.id, s])))

interface Items<T> {
  items: T[]
}

export async function loadCity(): Promise<void> {
  try {
    const [c, s, p, st] = await Promise.all([
      getJson<City>('city'),
      getJson<Items<Site>>('sites'),
      getJson<Items<Property>>('properties'),
      getJson<Standards>('standards'),
    ])
    sites.value = s.items
    properties.value = new Map(p.items.map((x) => [x.id, x]))
    standards.value = st
    Object.assign(replay, c.replay)
    city.value = c
    cityError.value = null
  } catch (e) {
    cityError.value = asApiError(e)
  }
}

/** After a site was added. */
export async function loadSites(): Promise<void> {
  sites.value = (await getJson<Items<Site>>('sites')).items
}
