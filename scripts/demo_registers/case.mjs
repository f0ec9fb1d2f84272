// A case and the steps that led to its state.

import {noon, plus} from './random.mjs';

/** Adds a case and the steps that led to its state, `each` days apart. */
export function addCase(world, register, row, path, each = 3) {
  world.add(register, row);
  path.forEach((step, k) => world.steps.push({
    register,
    id: row.id,
    step,
    at: noon(plus(row.opened, k * each)),
    who: '示例',
    why: '示例',
  }));
}
