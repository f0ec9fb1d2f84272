// Who answers for what: duties, chiefs of rivers and forests, accounts of natural resources, zones, risks. All invented,
// all 示例.

import {addCase} from './case.mjs';
import {number, plus, today} from './random.mjs';

// code, duty, clause, who, unit, part, county, period, records shown this year
const duties = [
  ['12.1-01', '研究部署生态环境保护工作', '12.1', 'government', 'ZR0006', 'lead', '360202', 'quarter', 3],
  ['12.1-01', '研究部署生态环境保护工作', '12.1', 'government', 'ZR0007', 'lead', '360203', 'quarter', 3],
  ['12.1-01', '研究部署生态环境保护工作', '12.1', 'government', 'ZR0008', 'lead', '360222', 'quarter', 2],
  ['12.1-01', '研究部署生态环境保护工作', '12.1', 'government', 'ZR0009', 'lead', '360281', 'quarter', 1],
  ['12.1-02', '督察整改调度', '12.1', 'unit', 'ZR0001', 'lead', '360200', 'month', 10],
  ['5.2-01', '城镇污水收集处理', '5.2', 'unit', 'ZR0013', 'lead', '360200', 'quarter', 3],
  ['4.2-01', '渣土与油烟管控', '4.2', 'unit', 'ZR0014', 'lead', '360200', 'month', 7],
  ['4.2-01', '渣土与油烟管控', '4.2', 'unit', 'ZR0003', 'support', '360203', 'quarter', 3],
  ['9.3-01', '适应气候变化风险研判', '9.3', 'unit', 'ZR0001', 'lead', '360200', 'half', 1],
  ['11.1-01', '化工园区三级防控', '11.1', 'unit', 'ZR0012', 'lead', '360281', 'half', 0],
];

function makeDuties(world) {
  let records = 0;
  duties.forEach(([code, duty, clause, post, unit, part, division, period, shown], i) => {
    const id = number('OJ', 5, i + 1);
    world.add('duty-item', {
      id,
      code,
      duty: `${duty}（示例）`,
      basis: '生态环境法典及责任制规定（示例）',
      clause,
      post,
      unit,
      part,
      division,
      period,
      from_on: '2026-01-01',
      note: '示例',
    });
    const step = {month: 1, quarter: 3, half: 6}[period];
    for (let k = 0; k < shown; ++k) {
      const month = (k + 1) * step;
      const period_end = plus(`2026-${String(month + 1).padStart(2, '0')}-01`, -1);
      world.add('duty-record', {
        id: number('OK', 6, ++records),
        item: id,
        period_end,
        done_on: plus(period_end, k % 5 === 4 ? 22 : 8),
        what: '按要求研究部署并督促落实（示例）',
        proof: `示例纪要〔2026〕${records}号`,
        accepted: true,
        note: '示例',
      });
    }
  });
}

// reach, kind, level, post, county, water, above, kilometres, walked so many days ago
const chiefs = [
  ['昌江景德镇市段', 'river', 'city', '市级河长', '360200', 'changjiang', null, 80, 60],
  ['昌江昌江区段', 'river', 'county', '区级河长', '360202', 'changjiang', 0, 30, 40],
  ['昌江鲇鱼山镇段', 'river', 'town', '镇级河长', '360202', 'changjiang', 1, 11, 45],
  ['昌江某村段', 'river', 'village', '村级河长', '360202', 'changjiang', 2, 3, 3],
  ['南河浮梁县段', 'river', 'county', '县级河长', '360222', 'nanhe', null, 45, 70],
  ['南河三龙镇段', 'river', 'town', '镇级河长', '360222', 'nanhe', 4, 12, 15],
  ['乐安河乐平市段', 'river', 'county', '市（县级）河长', '360281', 'leanhe', null, 52, 120],
  ['共产主义水库', 'lake', 'county', '市（县级）湖长', '360281', 'gongchanzhuyi', null, 20, 30],
  ['玉田湖', 'lake', 'county', '区级湖长', '360203', 'yutianhu', null, 4, 20],
  ['瑶里林区', 'forest', 'county', '县级林长', '360222', null, null, 60, 50],
  ['历居山林区', 'forest', 'county', '市（县级）林长', '360281', null, null, 40, 80],
];
// reach, kind, what, found so many days ago, how far
const reachTasks = [
  [1, 'dump', '河道内堆放砂石', 50, 4], [2, 'occupy', '河滩占用种植', 30, 2], [4, 'build', '岸线违建棚屋', 70, 3],
  [5, 'dump', '河岸倾倒瓷渣', 20, 1], [6, 'discharge', '排口外溢', 12, 1], [9, 'felling', '零星盗伐', 40, 4],
  [10, 'fire', '林区违规用火', 5, 0], [8, 'dig', '湖岸取土', 90, 4],
];
const reachPath = ['hand-out', 'finish', 'close'];
const reachStates = ['found', 'handling', 'done', 'closed'];

function makeChiefs(world) {
  const {random, places} = world;
  let walks = 0;
  chiefs.forEach(([reach, kind, level, post, division, water, above, length_km, ago], i) => {
    const id = number('OL', 5, i + 1);
    world.add('chief', {
      id,
      reach: `${reach}（示例）`,
      kind,
      level,
      post,
      person: `责任人${i + 1}`,
      phone: `0798-004${String(1000 + i)}`,
      division,
      water: water ?? undefined,
      above: above === null ? undefined : number('OL', 5, above + 1),
      length_km,
      place: places.write(places.near(random, division, 0.06)),
      four: kind === 'forest' ? ['chief', 'police', 'procurator', 'court'] : ['chief', 'procurator'],
      from_on: '2025-09-01',
      note: '示例',
    });
    for (const days of [ago + 100, ago]) {
      world.add('chief-patrol', {
        id: number('OM', 6, ++walks),
        chief: id,
        patrolled_on: plus(today, -days),
        walked_km: Math.min(length_km, random.number(2, 9, 1)),
        minutes: random.whole(60, 180),
        found: walks % 4 === 0 ? 1 : 0,
        what: walks % 4 === 0 ? '岸边少量垃圾，已清理（示例）' : undefined,
        note: '示例',
      });
    }
  });
  reachTasks.forEach(([chief, kind, what, ago, far], i) => {
    const steps = reachPath.slice(0, Math.min(far, 3));
    const found_on = plus(today, -ago);
    const division = chiefs[chief][4];
    addCase(world, 'chief-task', {
      id: number('ON', 6, i + 1),
      chief: number('OL', 5, chief + 1),
      kind,
      what: `${what}（示例）`,
      found_on,
      place: places.write(places.near(random, division, 0.06)),
      owner: steps.length > 0 ? world.bureauOf(division) : undefined,
      measures: steps.includes('finish') ? '清理并恢复（示例）' : undefined,
      done_on: steps.includes('finish') ? plus(found_on, 8) : undefined,
      state: reachStates[steps.length],
      opened: found_on,
      note: '示例',
    }, steps, 4);
  });
}

function makeAssets(world) {
  let lines = 0;
  // county, asset, opening of 2023, gained and lost in each of three years
  const accounts = [
    ['360222', 'wetland', 2150, [[4, 0], [0, 12], [3, 0]]], ['360222', 'permanent', 18600, [[0, 0], [12, 0], [0, 0]]],
    ['360222', 'stock', 1820, [[46, 12], [48, 14], [45, 15]]],
    ['360281', 'farmland', 41200, [[30, 55], [40, 38], [60, 30]]],
    ['360281', 'red-line', 29800, [[0, 0], [0, 0], [0, 0]]], ['360202', 'wetland', 640, [[0, 0], [2, 0], [0, 0]]],
  ];
  for (const [division, asset, opening, years] of accounts) {
    let at = opening;
    years.forEach(([gained, lost], k) => {
      const closing = at + gained - lost;
      const gap = asset === 'farmland' && k === 1 ? -3 : 0;
      world.add('asset-account', {
        id: number('OO', 6, ++lines),
        division,
        asset,
        year: 2023 + k,
        opening: at,
        gained,
        lost,
        lost_why: lost > 0 ? '项目占用与自然变化（示例）' : undefined,
        surveyed: closing + gap,
        gap_why: gap ? '年末复核调减（示例）' : undefined,
        origin: '年度变更调查（示例）',
        note: '示例',
      });
      at = closing + gap;
    });
  }
  const audits = [
    ['浮梁县县长', '360222', 'issued', ['wetland', 'stock'], '2026-10-12'],
    ['乐平市市长', '360281', 'under-way', ['farmland', 'red-line'], '2026-11-10'],
  ];
  const path = {'under-way': ['enter'], issued: ['enter', 'draft', 'issue']};
  let compared = 0;
  audits.forEach(([post, division, state, assets, opened], i) => {
    const id = number('OP', 5, i + 1);
    const issued = state === 'issued';
    addCase(world, 'office-audit', {
      id,
      post: `${post}（示例）`,
      division,
      first_year: 2023,
      last_year: 2025,
      unit: 'ZR0001',
      entered_on: opened,
      drafted_on: issued ? plus(opened, 15) : undefined,
      comment: issued ? '无异议（示例）' : undefined,
      opinion: issued ? 'fair' : undefined,
      issued_on: issued ? plus(opened, 30) : undefined,
      state,
      opened,
      note: '示例',
    }, path[state], 15);
    for (const asset of assets)
      world.add('office-asset', {
        id: number('OQ', 6, ++compared),
        audit: id,
        asset,
        duty: asset === 'wetland' ? '领导责任（示例）' : undefined,
        note: '示例',
      });
  });
}

// code, name, class, county, park, square kilometres, adjusted on
const units = [
  ['ZH36022210001', '浮梁县水源涵养优先保护单元', 'priority', '360222', null, 860.5, '2023-06-30'],
  ['ZH36022220001', '陶瓷工业园区重点管控单元', 'key', '360222', 'ceramic', 28.4, '2023-06-30'],
  ['ZH36022230001', '浮梁县一般管控单元', 'general', '360222', null, 1420, '2023-06-30'],
  ['ZH36028120001', '乐平化工园区重点管控单元', 'key', '360281', 'leping-chemical', 12.6, '2023-06-30'],
  ['ZH36028110001', '乐平市水源保护优先保护单元', 'priority', '360281', null, 310.2, '2023-06-30'],
  ['ZH36020220001', '高新区重点管控单元', 'key', '360202', 'high-tech', 35.1, '2020-12-20'],
  ['ZH36020230001', '昌江区一般管控单元', 'general', '360202', null, 205, '2023-06-30'],
  ['ZH36020320001', '珠山城区重点管控单元', 'key', '360203', null, 48, '2023-06-30'],
];
const zoneRules = [
  [0, 'layout', 'ban', null, null, null, '禁止新建、扩建工业项目'], [1, 'layout', 'ban', '2521', null, null, '禁止新建焦化项目'],
  [1, 'discharge', 'restrict', null, 'NOx', 20, '氮氧化物超过20吨的项目须倍量削减'],
  [1, 'resource', 'encourage', '3074', null, null, '鼓励清洁能源窑炉'],
  [3, 'risk', 'restrict', '2614', null, null, '须纳入园区三级防控体系'],
  [3, 'discharge', 'restrict', null, 'COD', 15, '须接入园区污水处理厂'],
  [4, 'layout', 'ban', null, null, null, '禁止与供水无关的建设项目'], [5, 'layout', 'restrict', null, null, null, '限制高排放项目'],
  [2, 'layout', 'restrict', '0911', null, null, '须符合矿产规划'], [6, 'layout', 'restrict', '3021', null, null, '须密闭生产'],
];
// project, county, trade, units, metres to the river, pollutant, tonnes, state, told
const screenings = [
  ['日用瓷窑炉改造', '360222', '3074', [1], 3200, 'NOx', 12, 'told', 'pass'],
  ['建筑陶瓷扩产', '360222', '3071', [1], 2800, 'NOx', 26, 'told', 'restricted'],
  ['精细化工新建', '360281', '2614', [3], 800, 'COD', 9, 'told', 'fail'],
  ['矿山技改', '360222', '0911', [0, 2], 5000, 'PM', 3, 'asked', null],
  ['航空零部件新建', '360202', '3741', [5], 2100, 'NMHC', 2, 'closed', 'restricted'],
  ['医药中间体新建', '360281', '2710', [3], null, null, null, 'asked', null],
];
const screeningSteps = {asked: [], told: ['tell'], closed: ['tell', 'track']};

function makeZones(world) {
  const {random, places} = world;
  units.forEach(([code, name, kind, division, park, area_km2, adjusted_on]) => {
    world.add('zone-unit', {
      code,
      name: `${name}（示例）`,
      class: kind,
      division,
      park: park ?? undefined,
      area_km2,
      place: places.write(places.near(random, division, 0.06)),
      version: '示例版本',
      adjusted_on,
      note: '示例',
    });
  });
  zoneRules.forEach(([unit, dimension, effect, industry, pollutant, most_t_a, text], i) => {
    world.add('zone-rule', {
      id: number('QC', 5, i + 1),
      unit: units[unit][0],
      dimension,
      effect,
      industry: industry ?? undefined,
      pollutant: pollutant ?? undefined,
      most_t_a: most_t_a ?? undefined,
      text: `${text}（示例）`,
      basis: '准入清单（示例）',
      from_on: '2023-06-30',
      note: '示例',
    });
  });
  screenings.forEach(([project, division, industry, touched, river_m, pollutant, amount_t_a, state, told], i) => {
    const opened = plus('2026-08-03', i * 21);
    addCase(world, 'site-screening', {
      id: number('QD', 5, i + 1),
      project: `${project}（示例）`,
      use: 'project',
      division,
      industry,
      place: places.write(places.near(random, division, 0.05)),
      units: touched.map((unit) => units[unit][0]),
      river_m: river_m ?? undefined,
      pollutant: pollutant ?? undefined,
      amount_t_a: amount_t_a ?? undefined,
      told: told ?? undefined,
      told_on: told ? plus(opened, 3) : undefined,
      conditions: told === 'restricted' ? '落实削减替代（示例）' : undefined,
      tracked_on: state === 'closed' ? plus(opened, 30) : undefined,
      kept: state === 'closed' ? true : undefined,
      state,
      opened,
      note: '示例',
    }, screeningSteps[state], 3);
  });
}

// what, field, county, unit, likelihood, harm, score when entered, entered on
const risks = [
  ['乐平化工园区泄漏进入乐安河', 'chemical', '360281', 'ZR0012', 3, 5, 15, '2026-03-10'],
  ['昌江饮用水水源上游运输事故', 'water', '360222', 'ZR0004', 2, 5, 10, '2026-04-15'],
  ['尾矿库汛期漫坝', 'tailings', '360281', 'ZR0005', 2, 4, 12, '2026-02-20'],
  ['冬季重污染天气', 'air', '360203', 'ZR0001', 3, 3, 9, '2026-10-08'],
  ['历史遗留重金属渗滤', 'heavy-metal', '360281', 'ZR0005', 2, 3, 6, '2026-05-06'],
  ['松材线虫与外来物种', 'species', '360222', 'ZR0008', 3, 2, 6, '2026-06-12'],
];
const meetings = [
  ['化工园区与水源风险会商', '2026-11-06', ['ZR0001', 'ZR0012', 'ZR0013'], [1, 2]],
  ['汛期尾矿库会商', '2026-05-20', ['ZR0005', 'ZR0009'], [3]], ['秋冬季空气质量会商', '2026-10-20', ['ZR0001', 'ZR0014'], [4]],
];
const measures = [
  [1, 1, '完成事故池联通', 'ZR0012', '2026-12-20', 'agreed'], [1, 2, '增设危化品运输监控', 'ZR0013', '2026-11-20', 'agreed'],
  [2, 3, '完成排洪沟清淤', 'ZR0009', '2026-06-10', 'done'], [3, 4, '修订应急减排清单', 'ZR0001', '2026-11-10', 'done'],
];

function makeRisks(world) {
  const {random, places} = world;
  risks.forEach(([what, field, division, owner, likely, harm, first_score, opened], i) => {
    addCase(world, 'eco-risk', {
      id: number('QK', 5, i + 1),
      what: `${what}（示例）`,
      field,
      division,
      place: places.write(places.near(random, division, 0.06)),
      owner,
      likely,
      harm,
      first_score,
      judged_on: plus(opened, 90) > today ? opened : plus(opened, 90),
      state: i === 2 ? 'lowered' : 'watched',
      opened,
      note: '示例',
    }, i === 2 ? ['lower'] : [], 1);
  });
  meetings.forEach(([subject, held_on, who, about], i) => {
    world.add('risk-meeting', {
      id: number('QL', 5, i + 1),
      subject: `${subject}（示例）`,
      held_on,
      chair: '分管副市长',
      units: who,
      risks: about.map((n) => number('QK', 5, n)),
      conclusion: '研判风险可控，议定措施按期落实（示例）',
      note: '示例',
    });
  });
  measures.forEach(([meeting, risk, what, owner, due_on, state], i) => {
    const held = meetings[meeting - 1][1];
    addCase(world, 'risk-measure', {
      id: number('QM', 5, i + 1),
      meeting: number('QL', 5, meeting),
      risk: number('QK', 5, risk),
      what: `${what}（示例）`,
      owner,
      due_on,
      done_on: state === 'done' ? plus(due_on, -2) : undefined,
      effect: state === 'done' ? '已完成（示例）' : undefined,
      state,
      opened: held,
      note: '示例',
    }, state === 'done' ? ['finish'] : [], 15);
  });
}

export function makeStewards(world) {
  makeDuties(world);
  makeChiefs(world);
  makeAssets(world);
  makeZones(world);
  makeRisks(world);
}
