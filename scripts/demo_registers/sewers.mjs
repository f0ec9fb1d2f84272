// Sewers, parks' plants and lines of defence, and applications for outfalls. All invented.

import {plus, Random} from './random.mjs';
import {enter, walk} from './walk.mjs';

const months = ['2026-08-01', '2026-09-01', '2026-10-01'];
const days = {
  '2026-08-01': 31,
  '2026-09-01': 30,
  '2026-10-01': 31
};

function makePlants(world, random) {
  const {places} = world;
  const firms = world.registers.get('enterprise');
  // name, kind, park, county, capacity, people, one body, BOD at the inlet, water supplied a day
  const plants = [
    ['乐平塔山园区污水处理厂', 'park', 'tashan', '360281', 15000, null, false, null, null],
    ['陶瓷工业园区污水处理厂', 'park', 'ceramic', '360222', 10000, null, false, null, null],
    ['高新区污水处理厂', 'park', 'high-tech', '360202', 20000, null, true, null, null],
    ['浮梁县污水处理厂', 'town', null, '360222', 20000, 96000, true, 92, 15200],
    ['市西瓜洲污水处理厂', 'town', null, '360203', 80000, 390000, false, 118, 72000],
    ['乐平市污水处理厂', 'town', null, '360281', 40000, 210000, false, 74, 27500],
  ];
  plants.forEach(([name, kind, park, division, capacity_m3_d, people, one_body, bod, supplied], i) => {
    const plant = enter(world, 'sewage-plant', 'FG', 3, {
      name: `${name}（示例）`,
      kind,
      enterprise: firms.find((f) => f.division === division && /污水|水务/.test(f.name))?.code,
      park,
      division,
      place: places.write(places.near(random, division, 0.06)),
      capacity_m3_d,
      people,
      one_body,
      sewer_km: random.whole(20, 260),
    });
    const pipes = kind === 'town' ?
        [] :
        firms.filter((f) => f.division === division && f.park !== 'outside').slice(0, 4).map((firm, k) => {
          const cod_limit_mg_l = 500;
          const flow_max_m3_d = random.whole(6, 24) * 100;
          return [
            enter(world, 'park-pipe', 'FH', 5, {
              enterprise: firm.code,
              pipe_no: `G${i + 1}${String(k + 1).padStart(2, '0')}`,
              plant,
              kind: ['own-above', 'own-above', 'own-below', 'shared'][k],
              meter: k !== 3,
              valve: k < 2,
              sampler: true,
              flow_max_m3_d,
              cod_limit_mg_l,
              nh3n_limit_mg_l: 45,
              checked_on: k === 2 ? '2025-08-12' : '2026-05-20',
            }),
            flow_max_m3_d
          ];
        });
    for (const month_on of months) {
      let sum = 0;
      pipes.forEach(([pipe, flow_max_m3_d], k) => {
        const flow_m3 = Math.round(flow_max_m3_d * random.number(0.6, 0.9, 3) * days[month_on]);
        sum += flow_m3;
        enter(world, 'pipe-month', 'FI', 6, {
          pipe,
          month_on,
          flow_m3,
          cod_mg_l: k === 1 && month_on === '2026-10-01' ? 545 : random.whole(180, 430),
          nh3n_mg_l: random.number(8, 38, 1)
        });
      });
      const inflow_m3 = kind === 'park' ?
          Math.round(sum * (i === 1 && month_on === '2026-08-01' ? 1.24 : random.number(1.02, 1.1, 3))) :
          Math.round(capacity_m3_d * days[month_on] * random.number(0.72, 1.04, 3));
      enter(world, 'plant-month', 'FJ', 5, {
        plant,
        month_on,
        days: days[month_on],
        inflow_m3,
        cod_mg_l: kind === 'park' ? random.whole(230, 380) : random.whole(140, 240),
        bod_mg_l: bod === null ? undefined : bod + random.whole(-8, 8),
        supplied_m3: supplied === null ? undefined : supplied * days[month_on],
        rain_mm: {'2026-08-01': 148, '2026-09-01': 62, '2026-10-01': 41}[month_on]
      });
    }
    if (kind === 'park') return;
    const events = [
      ['截流井', '2026-08-14', 4.5, 620, 58, 'closed'],
      ['泵站前池', '2026-10-19', 1.5, 180, 0, i === 4 ? 'transferred' : 'working'],
      ['合流管末端', '2026-11-27', 2, 260, 34, 'reported']
    ];
    events.slice(
              0,
              i === 3     ? 1 :
                  i === 4 ? 2 :
                            3)
        .forEach(([what, began_on, lasts_h, flow_m3_h, rain_24h_mm, state]) => {
          const going = {reported: [], working: ['take'], closed: ['take', 'close'], transferred: [
                           'take', 'transfer'
                         ]}[state];
          const id = enter(world, 'overflow-event', 'FK', 5, {
            plant,
            spot: `${name}${what}（示例）`,
            place: places.write(places.near(random, division, 0.05)),
            began_on,
            lasts_h,
            flow_m3_h,
            rain_24h_mm,
            cause: going.length ? '水量超过截流能力或停电（示例）' : undefined,
            measures: going.length > 1 ? '增设调蓄、双路供电（示例）' : undefined,
            state,
            opened: began_on
          });
          walk(world, 'overflow-event', id, going, plus(began_on, 1), 4);
        });
  });
}

function makeParks(world, random) {
  const {places} = world;
  const firms = world.registers.get('enterprise');
  const parks = [
    ['乐平化工园区', 'leping-chemical', '360281', 'leanhe', '2024-06-18', '2026-06-12', ['works', 'park', 'river']],
    ['陶瓷工业园区', 'ceramic', '360222', 'nanhe', '2023-10-20', '2025-09-05', ['works', 'park']],
    ['高新区工业园区', 'high-tech', '360202', 'changjiang', '2025-04-02', '2026-04-16', ['works', 'park', 'river']],
    ['鱼山医药产业园', 'yushan', '360222', 'changjiang', '2025-12-10', null, ['works']]
  ];
  for (const [name, park, division, receives, edition_on, drilled_on, lines] of parks) {
    const sheet = enter(
        world, 'park-sheet', 'FL', 3,
        {name: `${name}“一园一策一图”（示例）`, park, division, receives, edition_on, drilled_on});
    const here = firms.filter((f) => f.park === park).slice(0, 3);
    const defence = (row) => enter(world, 'park-defence', 'FM', 5, {
      sheet,
      place: places.write(places.near(random, division, 0.03)),
      checked_on: '2026-10-14',
      action: '接到指令后启用（示例）',
      ...row,
      name: `${name}${row.name}（示例）`
    });
    here.forEach((firm, k) => defence({
                   name: `${firm.short_name}事故池`,
                   line: 'works',
                   kind: 'pool',
                   enterprise: firm.code,
                   capacity_m3: 600 + 300 * k,
                   filled_m3: k === 1 ? 420 : 0,
                   remote: false,
                   working: true
                 }));
    if (lines.includes('park')) {
      defence({
        name: '公共事故池',
        line: 'park',
        kind: 'pool',
        capacity_m3: park === 'ceramic' ? 800 : 3000,
        filled_m3: 0,
        remote: true,
        working: true
      });
      defence({
        name: '雨水总口闸门',
        line: 'park',
        kind: 'valve',
        close_min: 12,
        remote: true,
        working: park !== 'high-tech'
      });
    }
    if (lines.includes('river'))
      defence({
        name: '入河支沟拦污坝',
        line: 'river',
        kind: 'dam',
        capacity_m3: 12000,
        filled_m3: 1500,
        remote: false,
        working: true
      });
    here.forEach((firm, k) => enter(world, 'accident-water', 'FN', 4, {
                   name: `${firm.short_name}罐区火灾（示例）`,
                   sheet,
                   enterprise: firm.code,
                   v1_m3: 120 + 60 * k,
                   fire_l_s: 45 + 15 * k,
                   fire_h: k === 2 ? 6 : 3,
                   v3_m3: 80,
                   v4_m3: 60,
                   rain_mm_a: 1800,
                   rain_days: 150,
                   caught_ha: 1.5 + k
                 }));
  }
}

function makeApplications(world, random) {
  const {places} = world;
  const firms = world.registers.get('enterprise');
  const goals = world.registers.get('section-goal');
  // name, deed, class, county, goal's place, flow, received, state
  const asked = [
    ['塔山园区污水厂总排口', 'larger', 'ind-park', '360281', 2, 12000, '2026-06-08', 'registered'],
    ['浮梁县污水厂扩建排口', 'larger', 'urban-plant', '360222', 4, 20000, '2026-08-17', 'approved'],
    ['陶瓷园区污水厂排口', 'new', 'ind-park', '360222', 0, 10000, '2026-09-21', 'refused'],
    ['高新区污水厂排口', 'rebuilt', 'ind-park', '360202', 1, 15000, '2026-10-28', 'accepted'],
    ['乐平制药企业排口', 'new', 'ind-works', '360281', 2, 900, '2026-11-20', 'received'],
    ['小型养殖场排口', 'new', 'other-livestock', '360222', 4, 60, '2026-10-12', 'dropped']
  ];
  const path = {
    received: [],
    accepted: ['accept'],
    approved: ['accept', 'approve'],
    registered: ['accept', 'approve', 'register'],
    refused: ['accept', 'refuse'],
    dropped: ['drop']
  };
  asked.forEach(([name, deed, kind, division, goal, flow_m3_d, received_on, state], i) => {
    const going = path[state];
    const decided = ['approved', 'registered', 'refused'].includes(state);
    const managed = world.registers.get('outfall').find((o) => o.state === 'managed' && o.division === division);
    const id = enter(world, 'outfall-application', 'EK', 5, {
      name: `${name}（示例）`,
      deed,
      class: kind,
      applicant: firms
                     .find(
                         (f) => f.division === division &&
                             (kind === 'ind-works' ? f.park !== 'outside' : /污水|水务/.test(f.name)))
                     ?.code ??
          firms[0].code,
      division,
      water: goals[goal].water,
      zone: 'ordinary',
      place: places.write(places.byRiver(random, division === '360281' ? '乐安河' : '昌江', division)),
      goal: goals[goal].id,
      flow_m3_d,
      cod_mg_l: 50,
      nh3n_mg_l: 5,
      tp_mg_l: 0.5,
      days: 360,
      received_on,
      accepted_on: going.includes('accept') ? plus(received_on, 3) : undefined,
      expert_from: going.includes('accept') && i !== 3 ? plus(received_on, 10) : undefined,
      expert_to: going.includes('accept') && i !== 3 ? plus(received_on, 18) : undefined,
      decided_on: decided ? plus(received_on, 30) : undefined,
      number: decided && state !== 'refused' ? `景环排示例${i + 1}号` : undefined,
      outfall: state === 'registered' ? managed?.id : undefined,
      state,
      opened: received_on,
    });
    walk(world, 'outfall-application', id, going, plus(received_on, 3), 27);
  });
}

/** The routine samples of managed outfalls; every fourth is owed. */
function makeRoutine(world, random) {
  const managed = world.registers.get('outfall').filter((outfall) => outfall.state === 'managed');
  managed.forEach((outfall, i) => {
    if (i % 4 === 3) return;
    enter(world, 'outfall-sample', 'PS', 6, {
      outfall: outfall.id,
      sampled_on: plus('2026-09-08', i * 5),
      standard: 'gb18918-1a',
      flow_m3_d: random.whole(20, 1500),
      cod_mg_l: random.number(12, 45, 1),
      nh3n_mg_l: random.number(0.2, 4, 2),
      tp_mg_l: random.number(0.05, 0.45, 2),
      ph: random.number(6.4, 8.6, 1),
      lab: '示例检测机构',
    });
  });
}

export function makeSewers(world) {
  const random = new Random(5301);
  makeRoutine(world, random);
  makePlants(world, random);
  makeParks(world, random);
  makeApplications(world, random);
}
