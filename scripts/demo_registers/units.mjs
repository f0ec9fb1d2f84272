// Duty units that several modules speak of: added once, found by name after.

export function unitOf(world, name, {kind = 'bureau', division = '360200', duty = '示例'} = {}) {
  const full = `${name}（示例）`;
  const there = (world.registers.get('duty-unit') ?? []).find((unit) => unit.name === full);
  if (there) return there.id;
  const n = (world.dutyUnits = (world.dutyUnits ?? 500) + 1);
  return world.add('duty-unit', {id: `ZR${String(n).padStart(4, '0')}`, name: full, kind, division, duty, note: '示例'}).id;
}
