// Outfalls into the rivers, in all states of 查测溯治管, with their samples.

import {number, plus} from './random.mjs';

const classes = [
  'ind-works', 'ind-works-rain', 'ind-park', 'urban-plant', 'agr-livestock', 'agr-fish', 'other-rural-plant', 'other-rural',
  'other-urban-rain', 'other-irrigation'
];
const waters = [
  ['昌江', 'changjiang', '360202', 'water.nianyushan'], ['昌江', 'changjiang', '360203', 'water.nianyushan'],
  ['昌江', 'changjiang', '360222', 'water.nianyushan'], ['乐安河', 'leanhe', '360281', 'water.zhenbu'],
  ['昌江', 'nanhe', '360222', 'water.nanhehekou']
];
const states = ['managed', 'managed', 'remedying', 'traced', 'sampled', 'found', 'managed', 'closed', 'remedying', 'merged'];
const path = {
  found: [],
  sampled: ['sample'],
  traced: ['sample', 'trace'],
  remedying: ['sample', 'trace', 'begin-remedy'],
  managed: ['sample', 'trace', 'begin-remedy', 'accept'],
  closed: ['sample', 'trace', 'begin-remedy', 'close'],
  merged: ['sample', 'trace', 'begin-remedy', 'merge'],
};

function addSample(world, outfall, on, over) {
  const {random} = world;
  const n = (world.registers.get('outfall-sample')?.length ?? 0) + 1;
  world.add('outfall-sample', {
    id: number('PS', 6, n),
    outfall,
    sampled_on: on,
    standard: 'gb18918-1a',
    flow_m3_d: random.whole(20, 1500),
    cod_mg_l: over ? random.number(60, 130, 1) : random.number(12, 45, 1),
    nh3n_mg_l: over ? random.number(6, 14, 2) : random.number(0.2, 4, 2),
    tp_mg_l: random.number(0.05, 0.45, 2),
    ph: random.number(6.4, 8.6, 1),
    lab: '示例检测机构',
    note: '示例',
  });
}

export function makeWater(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  for (let i = 0; i < 30; ++i) {
    const [river, water, division, downstream] = waters[i % waters.length];
    const kind = classes[i % classes.length];
    const state = states[(i * 3) % states.length];
    const id = number('PW', 5, i + 1);
    const found = plus('2025-03-05', i * 9);
    const done = path[state];
    const firm = kind.startsWith('ind-') ? firms.filter((one) => one.division === division)[i % 4] : undefined;
    const remedy = {managed: 'regulate', remedying: 'regulate', closed: 'close', merged: 'merge'}[state];
    const remedied = ['managed', 'closed', 'merged'].includes(state) ? plus(found, 210) : undefined;
    const place = places.write(places.byRiver(random, river, division));
    const flow_m3_d = random.whole(20, 3000);
    world.add('outfall', {
      id,
      name:
          `${river}${{360202: '昌江区', 360203: '珠山区', 360222: '浮梁县', 360281: '乐平市'}[division]}段${i + 1}号排口（示例）`,
      official_code: `SL-${division}-${String(1001 + i)}-QT00`,
      class: kind,
      large: flow_m3_d >= 300,
      division,
      water,
      bank: i % 2 ? '左岸' : '右岸',
      place,
      found_on: found,
      survey: ['remote', 'foot', 'expert'][i % 3],
      flows: i % 7 === 6 ? 'rain-only' : 'steady',
      flow_m3_d,
      state,
      opened: found,
      owner_enterprise: done.includes('trace') && firm ? firm.code : undefined,
      duty_unit: done.includes('trace') ? world.bureauOf(division) : undefined,
      source_text: done.includes('trace') ? '经管网踏勘与示踪，来自上游汇水片区（示例）' : undefined,
      remedy,
      remedy_by: remedy ? plus(found, state === 'remedying' && i % 4 === 0 ? 260 : 620) : undefined,
      remedied_on: remedied,
      sign_plate: state === 'managed' ? true : i % 3 === 0,
      sampling_point: state === 'managed',
      downstream,
      note: '示例',
    });
    done.forEach((step, k) => world.steps.push({
      register: 'outfall',
      id,
      step,
      at: `${plus(found, [20, 60, 90, 230][k])}T12:00:00+08:00`,
      who: '示例',
      why: '示例'
    }));
    if (done.length > 0) addSample(world, id, plus(found, 15), ['remedying', 'managed', 'closed'].includes(state));
    if (state === 'managed') addSample(world, id, plus(remedied, 12), false);
  }
}
