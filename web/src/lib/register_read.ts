// A register's description as the page works with it: what the server leaves out has its default.

import type { CodeList, Field, Register } from './register_types'

function codes(list: CodeList): CodeList {
  return { ...list, more: list.more === true }
}

export function readRegister(told: Register): Register {
  return {
    ...told,
    fields: told.fields.map((f): Field => ({ ...f })),
    codes: (told.codes ?? []).map(codes),
    lifecycle: told.lifecycle ?? null,
    views: told.views ?? [],
    map: told.map?.geometry ? told.map : null,
    indicators: told.indicators ?? [],
  }
}
