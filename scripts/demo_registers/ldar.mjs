// Four hundred sealed points of three enterprises, a round of tests, and the leaks it found.

import {day, number, plus, text} from './random.mjs';

const kinds = [
  ['valve', 0.38], ['flange', 0.72], ['connector', 0.86], ['pump', 0.9], ['sampling', 0.93], ['open-ended', 0.96],
  ['relief', 0.98], ['compressor', 1]
];
const units = ['酯化装置', '精馏装置', '储运装置', '公用工程'];

export function makeLdar(world) {
  const {random} = world;
  const firms = [[0, 'gb31571'], [1, 'gb37822'], [2, 'gb37822']];
  let leaks = 0;
  for (let i = 0; i < 400; ++i) {
    const [index, standard] = firms[i < 180 ? 0 : i < 300 ? 1 : 2];
    const firm = world.registers.get('enterprise')[index];
    const share = random.next();
    const kind = kinds.find(([, up]) => share < up)[0];
    const medium = random.pick(['gas', 'volatile-liquid', 'volatile-liquid', 'other-liquid']);
    const exempt = i % 41 === 0 ? 'unreachable' : 'none';
    const tested = exempt === 'none' ? text(day('2026-08-03') + Math.floor(i / 16)) : undefined;
    const id = number('MF', 6, i + 1);
    world.add('ldar-component', {
      id,
      tag: `DEMO-${index}-${String(i + 1).padStart(4, '0')}`,
      enterprise: firm.code,
      unit_name: `${units[i % 4]}（示例）`,
      where_text: `${(i % 6) + 1}层平台`,
      kind,
      medium,
      standard,
      exempt,
      started_on: '2021-05-10',
      hours_y: 8000,
      tested_on: tested,
      place: firm.place,
      state: 'in-use',
      note: '示例',
    });
    if (!tested) continue;
    const limit = standard === 'gb31571' ? (medium === 'other-liquid' ? 500 : 2000) : medium === 'other-liquid' ? 2000 : 5000;
    const leak = i % 45 === 7;
    const background = random.number(1, 4, 1);
    const reading =
        leak ? Math.round(limit * random.between(1.1, 4)) : Number(Math.min(random.lognormal(2.2, 1.3), limit * 0.6).toFixed(1));
    world.add('ldar-test', {
      id: number('LJ', 7, i + 1),
      component: id,
      enterprise: firm.code,
      round_no: '2026-3',
      tested_on: tested,
      reading_umol_mol: Math.max(reading, background),
      background_umol_mol: background,
      drips: false,
      tester: '检测员',
      instrument: `FID-0${(i % 2) + 1}`,
      calibrated: true,
      note: '示例'
    });
    if (leak) addLeak(world, ++leaks, id, firm, tested, Number((reading - background).toFixed(1)), limit);
  }
}

function addLeak(world, n, component, firm, found, net, limit) {
  const state =
      ['repaired', 'repaired', 'repaired', 'delayed', 'repaired', 'tried', 'repaired', 'found', 'repaired'][(n - 1) % 9];
  const id = number('XL', 6, n);
  const fixed = state === 'repaired';
  const late = n === 5;
  const repaired = plus(found, late ? 19 : 9);
  world.add('ldar-leak', {
    id,
    component,
    enterprise: firm.code,
    found_on: found,
    net_umol_mol: net,
    tried_on: state === 'found' ? undefined : plus(found, 3),
    repaired_on: fixed ? repaired : undefined,
    retest_on: fixed ? plus(repaired, 1) : undefined,
    retest_umol_mol: fixed ? Math.round(limit * 0.1) : undefined,
    how: fixed ? '更换密封垫片' : undefined,
    delay: state === 'delayed' ? 'shutdown' : undefined,
    delay_plan: state === 'delayed' ? '示例：已报备延迟修复方案' : undefined,
    delayed_until: state === 'delayed' ? '2027-03-20' : undefined,
    state,
    opened: found,
    note: '示例',
  });
  const steps = {found: [], tried: ['try'], delayed: ['try', 'delay'], repaired: ['try', 'finish']}[state];
  const at = { try: plus(found, 3), delay: plus(found, 12), finish: plus(repaired, 1) };
  for (const step of steps)
    world.steps.push({register: 'ldar-leak', id, step, at: `${at[step]}T12:00:00+08:00`, who: '示例', why: '示例'});
}
