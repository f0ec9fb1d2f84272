// Tailings ponds with their visits and hidden dangers; complaints in all states; issues of the inspections.

import {noon, number, plus, today} from './random.mjs';

const takeSteps = (world, register, id, path, opened, each = 6) => {
  path.forEach(
      (step, k) => world.steps.push({register, id, step, at: noon(plus(opened, 1 + k * each)), who: '示例', why: '示例'}));
};

const ponds = [
  ['瑶岭一号库', '360222', 'level-1', 'in-use', 'tungsten', 21, 46, 1800000, 1350000],
  ['瑶岭二号库', '360222', 'level-2', 'paused', 'tungsten', 21, 31, 700000, 610000],
  ['铜岭主库', '360281', 'level-1', 'in-use', 'copper', 10, 58, 3200000, 2900000],
  ['铜岭老库', '360281', 'level-2', 'closed', 'copper', 10, 27, 500000, 500000],
  ['金湾库', '360281', 'level-2', 'in-use', 'gold', 11, 22, 320000, 180000],
  ['高岭瓷土库', '360222', 'level-3', 'in-use', 'kaolin', null, 12, 150000, 60000],
  ['三龙瓷土库', '360222', 'level-3', 'closing', 'kaolin', null, 9, 90000, 84000],
  ['涌山无主库', '360281', 'level-3', 'closed', 'manganese', null, 11, 110000, 110000],
];

function makePonds(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  ponds.forEach(([name, division, level, status, ore, firm, height_m, volume_m3, stored_m3], i) => {
    const id = number('WK', 4, i + 1);
    const point = places.near(random, division, 0.12);
    world.add('tailings-pond', {
      id,
      name: `${name}（示例）`,
      enterprise: firm === null ? undefined : firms[firm].code,
      duty_unit: world.bureauOf(division),
      division,
      level,
      status,
      ore,
      place: places.write(point),
      height_m,
      volume_m3,
      stored_m3,
      receives: division === '360281' ? 'leanhe' : 'nanhe',
      downstream: division === '360281' ? 'water.zhenbu' : 'water.nanhehekou',
      intake_km: random.number(6, 40, 1),
      hazard: random.whole(20, 80),
      surroundings: random.whole(20, 80),
      reliability: random.whole(15, 70),
      grade: level === 'level-1' ? 'larger' : 'general',
      plan_until: plus(today, i === 3 ? -20 : random.whole(60, 900)),
      note: '示例',
    });
    // The third is owed its second visit, the fifth its only one, on purpose.
    const days = {
      0: ['2026-03-11', '2026-09-16'],
      1: ['2026-05-20'],
      2: ['2026-03-18'],
      3: ['2026-06-09'],
      4: [],
      5: ['2026-07-02'],
      6: [],
      7: ['2026-08-13']
    }[i];
    for (const on of ['2025-03-12', ...days]) {
      const n = (world.registers.get('tailings-visit')?.length ?? 0) + 1;
      const bad = n % 6 === 0;
      world.add('tailings-visit', {
        id: number('WJ', 6, n),
        pond: id,
        visited_on: on,
        inspectors: '检查员甲、检查员乙',
        leachate_ok: !bad,
        drainage_ok: true,
        wells_ok: true,
        water_ok: true,
        found: bad ? '渗滤液收集沟局部淤堵' : undefined,
        place: places.write(point),
        note: '示例'
      });
    }
  });
}

const dangerSteps = {
  found: [],
  rectifying: ['order'],
  checking: ['order', 'report'],
  watching: ['order', 'report', 'accept'],
  closed: ['order', 'report', 'accept', 'hold']
};
const dangers = [
  [0, '截洪沟局部破损', 'drainage', 'general', 'closed'], [0, '渗滤液收集池防渗膜老化', 'seepage', 'major', 'rectifying'],
  [1, '地下水监测井井盖缺失', 'monitoring', 'general', 'closed'], [2, '事故池容积不足', 'accident-pool', 'major', 'checking'],
  [2, '干滩裸露扬尘', 'dust', 'general', 'watching'], [3, '台账缺少闭库资料', 'paper', 'general', 'rectifying'],
  [4, '应急预案未更新', 'plan', 'general', 'found'], [5, '沉淀池淤积', 'drainage', 'general', 'closed'],
  [6, '监测频次不足', 'monitoring', 'general', 'rectifying'], [7, '无主库缺少警示标志', 'other', 'general', 'watching']
];

function makeDangers(world) {
  dangers.forEach(([pond, what, kind, grade, state], i) => {
    const at = world.registers.get('tailings-pond')[pond];
    const found = plus('2026-03-15', i * 11);
    const ordered = state !== 'found';
    const id = number('YH', 6, i + 1);
    const done = dangerSteps[state].includes('report');
    world.add('hidden-danger', {
      id,
      pond: at.id,
      what: `${what}（示例）`,
      kind,
      grade,
      found_on: found,
      place: at.place,
      measures: ordered ? '修复并复核（示例）' : undefined,
      rectify_by: ordered ? plus(
                                found,
                                grade === 'major' ? 280 :
                                    i === 5       ? 90 :
                                                    200) :
                            undefined,
      rectified_on: done ? plus(found, 60) : undefined,
      state,
      opened: found,
      note: '示例'
    });
    takeSteps(world, 'hidden-danger', id, dangerSteps[state], found, 25);
  });
}

const complaints = [
  ['smell', '化工园区夜间有刺鼻气味', '360281'], ['fume', '楼下餐馆油烟扰民', '360203'], ['noise', '夜间施工噪声', '360202'],
  ['water', '河边排口流出乳白色水', '360222'], ['dust', '渣土车带泥上路', '360202'], ['smoke', '田里焚烧秸秆', '360222'],
  ['waste', '山坳里倾倒废瓷片', '360222'], ['smell', '污水厂附近有臭味', '360202'], ['fume', '烧烤店无油烟净化', '360203'],
  ['noise', 'KTV低频噪声', '360203'], ['smell', '焦化厂方向焦油味', '360281'], ['dust', '堆场未覆盖扬尘', '360281'],
  ['water', '沟渠发黑发臭', '360203']
];
const complaintPaths = {
  received: [],
  accepted: ['accept'],
  handling: ['accept', 'dispatch'],
  watching: ['accept', 'dispatch', 'answer'],
  closed: ['accept', 'dispatch', 'answer', 'hold'],
  refused: ['refuse'],
  'handed-on': ['hand-on']
};
const complaintStates = [
  'received', 'received', 'accepted', 'handling', 'handling', 'watching', 'closed', 'closed', 'refused', 'handed-on', 'handling',
  'watching', 'closed'
];

function makeComplaints(world) {
  const {random, places} = world;
  for (let i = 0; i < 25; ++i) {
    const [kind, subject, division] = complaints[i % complaints.length];
    const state = complaintStates[i % complaintStates.length];
    // Fresh ones are waiting; one stands far too long, on purpose; the last one was reopened by who told it.
    const opened = plus(today, {received: -1 - (i % 3), accepted: -6, handling: i === 3 ? -70 : -20}[state] ?? -120 + i * 2);
    const reopened = i === 24;
    const path = [...complaintPaths[state], ...(reopened ? ['reopen'] : [])];
    const id = number('TS', 6, i + 1);
    const answered = path.includes('answer');
    const known = path.includes('dispatch');
    const firm = known && ['smell', 'dust'].includes(kind) ?
        world.registers.get('enterprise').find((one) => one.division === division) :
        undefined;
    world.add('complaint', {
      id,
      subject: `${subject}（示例）`,
      kind,
      story: `${subject}，希望处理。（示例）`,
      happened_at: noon(plus(opened, -1), 19 + (i % 4), 15),
      place: places.write(places.near(random, division, 0.03)),
      division: state === 'received' ? undefined : division,
      reporter: `市民${i + 1}`,
      phone: `0798-002${String(1000 + i)}`,
      wants_answer: i % 2 === 0,
      channel: ['page', 'line-12345', 'wechat'][i % 3],
      outside_number: i % 3 === 1 ? `示例工单${i + 1}` : undefined,
      enterprise: firm?.code,
      owner: known ? world.bureauOf(division) : undefined,
      truth: answered ? (i % 4 === 0 ? 'partly' : 'true') : undefined,
      outcome: answered ? '经现场核查属实，已责令整改，治理设施已正常运行。（示例）' :
          ['refused', 'handed-on'].includes(state) ? '不属生态环境部门职责，已告知渠道。（示例）' :
                                                     undefined,
      answered_on: answered ? plus(opened, 14) : undefined,
      state: reopened ? 'handling' : state,
      opened,
      note: '示例',
    });
    takeSteps(world, 'complaint', id, path, opened, reopened ? 8 : 6);
  }
}

const issues = [
  ['central', '部分园区雨污分流不彻底', 'water', '360281', 'water.zhenbu', 'NH3-N', 'lower'],
  ['central', '矿山生态修复滞后', 'nature', '360222'],
  ['central', '建筑陶瓷企业无组织排放管控不到位', 'air', '360222', 'air.2345A', 'PM2.5', 'lower'],
  ['provincial', '城区生活污水管网短板', 'water', '360203', 'water.nianyushan', 'NH3-N', 'lower'],
  ['provincial', '危险废物贮存不规范', 'waste', '360281'], ['film', '河道沿岸固体废物倾倒', 'waste', '360222'],
  ['film', '入河排污口超标', 'water', '360202', 'water.nanhehekou', 'TP', 'lower'],
  ['officer', '尾矿库渗滤液收集不全', 'waste', '360281'], ['officer', '施工扬尘管控不力', 'air', '360202'],
  ['own', '农村污水处理设施停运', 'water', '360222'], ['own', '餐饮油烟直排', 'air', '360203'],
  ['own', '应急物资储备不足', 'other', '360200']
];
const issuePath = ['plan', 'begin', 'self-check', 'apply', 'check-site', 'publish', 'sign-off', 'hold'];
const issueStates =
    ['received', 'planned', 'rectifying', 'self-checked', 'applied', 'site-checked', 'published', 'signed-off', 'closed'];

function makeIssues(world) {
  const {random, places} = world;
  issues.forEach(([origin, problem, medium, division, site, property, better], i) => {
    const far = [2, 4, 2, 7, 8, 2, 3, 1, 5, 8, 0, 6][i];
    const fed = plus('2025-06-12', i * 12);
    const id = number('DC', 5, i + 1);
    const done = (name) => far > issuePath.indexOf(name);
    const late = i === 5;
    world.add('inspection-issue', {
      id,
      number: `示例-${{central: '央督', provincial: '省督', film: '警示', officer: '专员', own: '自查'}[origin]}-${
          String(i + 1).padStart(2, '0')}`,
      origin,
      inspection_round: origin === 'central' ? '示例轮次' : undefined,
      problem: `${problem}（示例）`,
      detail: `${problem}，需限期整改。（示例）`,
      medium,
      division,
      place: places.write(places.near(random, division, 0.05)),
      owner: world.bureauOf(division),
      supervisor: 'ZR0001',
      leader_name: '包案领导（示例）',
      fed_back_on: fed,
      target: done('plan') ? '问题彻底整改，长效机制建立（示例）' : undefined,
      measures: done('plan') ? '分项目推进，按月调度（示例）' : undefined,
      due_on: done('plan') ? plus(fed, late ? 150 : 560) : undefined,
      progress: done('self-check') ? 100 :
          done('begin')            ? random.whole(20, 80) :
                                     0,
      self_check: done('self-check') ? '自查完成（示例）' : undefined,
      site,
      property,
      better,
      before_from: site ? (site.startsWith('air') ? '2020-03-01' : '2021-04-01') : undefined,
      before_to: site ? (site.startsWith('air') ? '2020-03-20' : '2021-04-12') : undefined,
      after_from: site ? (site.startsWith('air') ? '2020-04-01' : '2021-04-18') : undefined,
      after_to: site ? (site.startsWith('air') ? '2020-04-20' : '2021-04-29') : undefined,
      accepted_on: done('check-site') ? plus(fed, 155) : undefined,
      acceptors: done('check-site') ? '验收人（示例）' : undefined,
      published_on: done('publish') ? plus(fed, 185) : undefined,
      published_at: done('publish') ? '示例公示' : undefined,
      state: issueStates[far],
      opened: fed,
      note: '示例：对照数据取自演示城市的旧数据',
    });
    takeSteps(world, 'inspection-issue', id, issuePath.slice(0, far), fed, 30);
  });
}

export function makeMatters(world) {
  makePonds(world);
  makeDangers(world);
  makeComplaints(world);
  makeIssues(world);
}
