// Duty units, enterprises, permits, outlets with their limits, inspections, credit.

import {monthOn, number, plus, today} from './random.mjs';

const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/** The 18th character of a credit code (GB 32100). */
export function withCheck(seventeen) {
  let sum = 0;
  for (let i = 0; i < 17; ++i) sum += letters.indexOf(seventeen[i]) * weights[i];
  return seventeen + letters[(31 - (sum % 31)) % 31];
}

// [division, park, trade, level, word, kind of firm, what it makes]
const firms = [
  ['360281', 'leping-chemical', '2614', 'key', '澄泊', '精细化工有限公司'],
  ['360281', 'leping-chemical', '2631', 'key', '禾沐', '农药科技有限公司'],
  ['360281', 'leping-chemical', '2710', 'key', '瑞衡', '药业有限公司'],
  ['360281', 'leping-chemical', '2611', 'key', '乐氟', '氟盐化工有限公司'],
  ['360281', 'leping-industrial', '2521', 'key', '北岗', '煤焦化有限公司'],
  ['360281', 'leping-industrial', '3011', 'key', '磐岩', '水泥有限公司'],
  ['360281', 'leping-industrial', '3021', 'registration', '固垒', '水泥制品有限公司'],
  ['360281', 'tashan', '4620', 'key', '塔清', '污水处理有限公司'],
  ['360281', 'outside', '0610', 'simplified', '涌丰', '矿业有限公司'],
  ['360281', 'leping-industrial', '7724', 'key', '循安', '环保科技有限公司'],
  ['360281', 'outside', '0911', 'key', '铜岭', '铜业有限公司'],
  ['360281', 'outside', '0921', 'simplified', '金湾', '矿业有限公司'],
  ['360222', 'ceramic', '3071', 'key', '万釉', '建筑陶瓷有限公司'],
  ['360222', 'ceramic', '3071', 'simplified', '澜玉', '建筑陶瓷有限公司'],
  ['360222', 'ceramic', '3072', 'simplified', '净瓷', '卫浴陶瓷有限公司'],
  ['360222', 'ceramic', '3074', 'key', '日新', '日用瓷有限公司'],
  ['360222', 'ceramic', '3074', 'registration', '青岚', '陶瓷有限公司'],
  ['360222', 'ceramic', '3073', 'registration', '衡科', '特种陶瓷有限公司'],
  ['360222', 'yushan', '2710', 'key', '鱼山禾元', '制药有限公司'],
  ['360222', 'yushan', '2710', 'simplified', '鱼山康澄', '医药中间体有限公司'],
  ['360222', 'outside', '4620', 'key', '浮水', '污水处理有限公司'],
  ['360222', 'outside', '0911', 'key', '瑶岭', '钨铜矿业有限公司'],
  ['360222', 'outside', '3021', 'registration', '城垣', '建材有限公司'],
  ['360202', 'high-tech', '3741', 'key', '翼澄', '航空机械有限公司'],
  ['360202', 'high-tech', '3741', 'simplified', '旋微', '航空零部件有限公司'],
  ['360202', 'high-tech', '3073', 'registration', '锐瓷', '电子陶瓷有限公司'],
  ['360202', 'high-tech', '4411', 'key', '昌热', '热电有限公司'],
  ['360202', 'outside', '3074', 'registration', '云窑', '日用瓷有限公司'],
  ['360202', 'outside', '4620', 'key', '西瀛', '水务有限公司'],
  ['360202', 'outside', '3021', 'simplified', '联筑', '商砼有限公司'],
  ['360203', 'outside', '3075', 'registration', '陶阳坊', '艺术陶瓷有限公司'],
  ['360203', 'outside', '3075', 'registration', '白麓', '艺术陶瓷有限公司'],
  ['360203', 'outside', '3074', 'registration', '瓷溪', '陶瓷有限公司'],
  ['360203', 'outside', '8411', 'simplified', '珠河', '综合医院'],
  ['360203', 'outside', '8411', 'simplified', '仁泽', '医院'],
  ['360203', 'outside', '9999', 'registration', '洁悦', '洗涤服务有限公司'],
  ['360200', 'high-tech', '4620', 'key', '市政澄源', '水务有限公司'],
  ['360200', 'high-tech', '7724', 'key', '市康', '医疗废物处置有限公司'],
  ['360200', 'outside', '9999', 'simplified', '市环', '固废处置有限公司'],
  ['360200', 'high-tech', '3741', 'simplified', '高澄', '直升机维修有限公司'],
];
const short = {
  360200: '景德镇',
  360202: '昌江',
  360203: '珠山',
  360222: '浮梁',
  360281: '乐平'
};
const towns = {
  360200: '高新区',
  360202: '鲇鱼山镇',
  360203: '新厂街道',
  360222: '三龙镇',
  360281: '塔山街道'
};
// Parks lie by their counties' seats; only roughly, like all positions here.
const around = {
  'leping-chemical': [117.1, 28.93],
  'leping-industrial': [117.13, 28.98],
  tashan: [117.15, 28.94],
  ceramic: [117.25, 29.24],
  yushan: [117.28, 29.2],
  'high-tech': [117.16, 29.26]
};

const units = [
  ['景德镇市生态环境局', 'bureau', '360200', '全市生态环境监督管理'],
  ['昌江生态环境局', 'bureau', '360202', '昌江区生态环境监督管理'],
  ['珠山生态环境局', 'bureau', '360203', '珠山区生态环境监督管理'],
  ['浮梁生态环境局', 'bureau', '360222', '浮梁县生态环境监督管理'],
  ['乐平生态环境局', 'bureau', '360281', '乐平市生态环境监督管理'],
  ['昌江区政府', 'government', '360202', '属地责任'],
  ['珠山区政府', 'government', '360203', '属地责任'],
  ['浮梁县政府', 'government', '360222', '属地责任'],
  ['乐平市政府', 'government', '360281', '属地责任'],
  ['高新区管委会', 'park', '360200', '园区环境管理'],
  ['陶瓷工业园区管委会', 'park', '360222', '园区环境管理'],
  ['乐平工业园区管委会', 'park', '360281', '园区环境管理'],
  ['市水务部门', 'bureau', '360200', '河湖与排水设施管理'],
  ['市城管部门', 'bureau', '360200', '油烟、渣土与市容管理'],
  ['运维单位甲', 'operator', '360200', '空气站运维'],
  ['运维单位乙', 'operator', '360200', '水站运维'],
];

function makeUnits(world) {
  units.forEach(([name, kind, division, duty], i) => {
    world.add('duty-unit', {
      id: number('ZR', 4, i + 1),
      name: `${name}（示例）`,
      kind,
      division,
      duty,
      contact: `联系人${i + 1}`,
      phone: `0798-000${String(1000 + i)}`,
      note: '示例'
    });
  });
  world.bureauOf = (division) =>
      ({360200: 'ZR0001', 360202: 'ZR0002', 360203: 'ZR0003', 360222: 'ZR0004', 360281: 'ZR0005'})[division];
}

function makePermit(world, firm, i) {
  const {random} = world;
  const registration = firm.permit_level === 'registration';
  // The third is past its end on purpose, the fifth is to be renewed now.
  const end = i === 2 ? '2026-10-15' : i === 4 ? '2027-01-20' : plus(today, random.whole(120, 1700));
  const start = plus(`${Number(end.slice(0, 4)) - 5}${end.slice(4)}`.replace('-02-29', '-02-28'), 0);
  world.add('permit', {
    number: firm.code + '001' + (registration ? 'X' : 'P'),
    enterprise: firm.code,
    level: firm.permit_level,
    state: i === 4 ? 'renewing' : 'in-force',
    applied_on: plus(start, -25),
    site_check: i % 4 === 0,
    issued_on: start,
    valid_from_on: start,
    valid_to: end,
    issued_by: `${short[firm.division]}生态环境局`,
    report: {key: 'monthly', simplified: 'yearly', registration: 'none'}[firm.permit_level],
    renewed_on: i === 4 ? '2026-11-12' : undefined,
    note: '示例',
  });
  if (i === 4)
    world.steps.push({
      register: 'permit',
      id: firm.code + '001P',
      step: 'apply-renewal',
      at: '2026-11-12T12:00:00+08:00',
      who: '示例',
      why: '示例'
    });
}

// Limits as printed in the standard named; the permitted ones are not looser.
const limitsOf = {
  ceramic: [['PM', 'mg-m3', 30], ['SO2', 'mg-m3', 50], ['NOx', 'mg-m3', 180]],
  water: [['COD', 'mg-L', 50], ['NH3-N', 'mg-L', 5], ['TP', 'mg-L', 0.5]],
};
function makeLimits(world, outlet, kind, standard) {
  const {random} = world;
  for (const [pollutant, unit, most] of limitsOf[kind]) {
    const n = (world.registers.get('outlet-limit')?.length ?? 0) + 1;
    const over = n % 23 === 0;
    world.add('outlet-limit', {
      id: number('XZ', 6, n),
      outlet: outlet.id,
      enterprise: outlet.enterprise,
      pollutant,
      unit,
      limit: most,
      standard,
      standard_limit: most,
      measured: Number((most * (over ? random.between(1.05, 1.4) : random.between(0.15, 0.9))).toFixed(2)),
      measured_on: plus(today, -random.whole(3, 80)),
      by_concentration_t_a: kind === 'water' && pollutant !== 'TP' ? random.number(10, 80, 2) : undefined,
      by_eia_t_a: random.number(20, 90, 2),
      discharged_t: random.number(1, 15, 2),
      note: '示例',
    });
  }
}

function makeOutlets(world, firm, point) {
  const {random, places} = world;
  const trade = firm.industry;
  const ceramic = trade.startsWith('307');
  const plant = trade === '4620';
  const air = plant ? 0 : firm.permit_level === 'key' ? 2 : 1;
  const water = plant || (firm.permit_level !== 'registration' && !ceramic) ? 1 : 0;
  const add = (kind, code, name, more) => {
    const n = (world.registers.get('outlet')?.length ?? 0) + 1;
    return world.add('outlet', {
      id: number('PK', 5, n),
      enterprise: firm.code,
      code,
      name: `${firm.short_name}${name}（示例）`,
      kind,
      importance: firm.permit_level === 'key' && code.endsWith('001') ? 'main' : 'general',
      place: places.write([point[0] + random.between(-0.001, 0.001), point[1] + random.between(-0.001, 0.001)]),
      ...more,
      note: '示例',
    });
  };
  for (let k = 1; k <= air; ++k) {
    const outlet =
        add('air', number('DA', 3, k), ceramic ? `${k}#窑炉废气排口` : `${k}#废气排口`,
            {height_m: random.whole(15, 45), hours_a: random.whole(3000, 8000), flow_m3_h: random.whole(5, 80) * 1000});
    if (ceramic) makeLimits(world, outlet, 'ceramic', 'GB 25464-2010 及修改单');
  }
  for (let k = 1; k <= water; ++k) {
    const receives =
        {360281: 'leanhe', 360222: 'nanhe', 360202: 'changjiang', 360203: 'changjiang', 360200: 'xihe'}[firm.division];
    const outlet =
        add('water', number('DW', 3, k), '废水总排口',
            {flow_m3_h: plant ? random.whole(400, 4000) : random.whole(3, 60), hours_a: 8000, receives});
    if (plant) makeLimits(world, outlet, 'water', 'GB 18918-2002 表1 一级A');
  }
}

function makeInspections(world, firm) {
  const {random} = world;
  const visits = firm.permit_level === 'key' ? random.whole(1, 3) : random.chance(0.4) ? 1 : 0;
  for (let k = 0; k < visits; ++k) {
    const n = (world.registers.get('enterprise-inspection')?.length ?? 0) + 1;
    const way = random.pick(['random', 'clue', 'special', 'off-site', 'off-site', 'random']);
    const result = random.pick(['clean', 'clean', 'advice', 'order', 'clean', 'filed']);
    const on = plus('2026-02-25', random.whole(0, 270));
    world.add('enterprise-inspection', {
      id: number('JC', 6, n),
      enterprise: firm.code,
      inspected_on: on,
      way,
      visit_code: way === 'off-site' ? undefined : `RQ2026${String(n).padStart(5, '0')}`,
      inspectors: '检查员甲、检查员乙',
      inspector_count: 2,
      items: '排污许可执行、治理设施运行、危险废物贮存',
      result,
      findings: result === 'clean' ?
          undefined :
          random.pick(['活性炭更换台账不全', '危险废物标签信息缺失', '治理设施药剂添加记录不连续', '雨污分流不彻底']),
      published_on: way === 'random' && n % 5 !== 0 ? plus(on, random.whole(5, 20)) : undefined,
      note: '示例',
    });
  }
}

export function makeEnterprises(world) {
  const {random, places} = world;
  makeUnits(world);
  firms.forEach(([division, park, industry, permit_level, word, form], i) => {
    const code = withCheck(`91${division}MADEM${String(1001 + i)}`);
    const point = places.near(
        random, division, park === 'outside' ? 0.08 : 0.02,
        around[park] && places.countyOf(around[park]) ? around[park] : undefined);
    const firm = world.add('enterprise', {
      code,
      name: `${short[division]}${word}${form}（示例）`,
      short_name: word,
      division,
      park,
      industry,
      status: i === 11 ? 'paused' : 'running',
      permit_level,
      key_discharger: permit_level === 'key',
      grade: random.pick(['b', 'c', 'c', 'd', 'none']),
      address: `${short[division]}${towns[division]}（示例地址）`,
      place: places.write(point),
      legal_person: `法人${i + 1}`,
      contact: `环保员${i + 1}`,
      phone: `0798-001${String(1000 + i)}`,
      visits_max: permit_level === 'key' ? 4 : 2,
      note: '示例',
    });
    makePermit(world, firm, i);
    makeOutlets(world, firm, point);
    makeInspections(world, firm);
  });
  const reasons = [
    ['exceeded', -8], ['waste', -12], ['permit', -6], ['merit', 5], ['overdue', -15], ['exceeded', -10], ['waste', -6],
    ['merit', 3], ['false-data', -40], ['repaired', 6], ['exceeded', -8], ['permit', -4]
  ];
  reasons.forEach(([reason, points], i) => {
    const firm = world.registers.get('enterprise')[(i * 7) % firms.length];
    const on = plus('2026-01-10', i * 24);
    world.add('credit-event', {
      id: number('XY', 6, i + 1),
      enterprise: firm.code,
      reason,
      points,
      happened_on: on,
      valid_until: monthOn(on, i % 4 === 0 ? 24 : 12),
      document: `示例文书〔2026〕${i + 1}号`,
      note: '示例'
    });
  });
}
