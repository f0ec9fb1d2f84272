// A case and the steps that led to its state.

import {walk} from './walk.mjs';

/** Adds a case and the steps that led to its state, `each` days apart. */
export function addCase(world, register, row, path, each = 3) {
  world.add(register, row);
  walk(world, register, row.id, path, row.opened, each);
}
