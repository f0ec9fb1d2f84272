// How enterprises are overseen: classes and visits, clues, self-monitoring, samples, grades, credit, third parties, the
// permit chain, disclosure. All invented, all 示例.

import {addCase} from './case.mjs';
import {withCheck} from './enterprises.mjs';
import {noon, number, plus, today} from './random.mjs';

/** The first of an enterprise's outlets of a kind. */
const outletOf = (world, firm, kind) =>
    world.registers.get('outlet').find((outlet) => outlet.enterprise === firm.code && outlet.kind === kind);

// firm, method, what, found so many days ago, state, found to be, power of production and treatment
const clues = [
  [0, 'power', '夜间治污用电偏低', 40, 'settled', 'true', 9200, 420],
  [3, 'over-limit', '排口COD多时段偏高', 25, 'visited', null, null, null],
  [12, 'flat', '颗粒物数据恒值', 12, 'verified', null, null, null],
  [13, 'power', '窑炉风机与除尘用电不匹配', 2, 'flagged', null, 6400, 700],
  [23, 'night', '夜间挥发性有机物突升', 9, 'flagged', null, null, null],
  [30, 'remote', '走航高值指向', 60, 'dismissed', null, null, null],
];
const clueSteps = {
  flagged: [],
  verified: ['verify'],
  visited: ['verify', 'visit'],
  settled: ['verify', 'visit', 'settle'],
  dismissed: ['dismiss'],
};

function makeVisits(world) {
  const firms = world.registers.get('enterprise');
  const visits = world.registers.get('enterprise-inspection');
  let looks = visits.length;
  clues.forEach(([at, method, what, ago, state, truth, main_kwh, treat_kwh], i) => {
    const firm = firms[at];
    const found_on = plus(today, -ago);
    const seen = ['visited', 'settled'].includes(state);
    const inspection = seen ? number('JC', 6, ++looks) : undefined;
    if (seen)
      world.add('enterprise-inspection', {
        id: inspection,
        enterprise: firm.code,
        inspected_on: plus(found_on, 6),
        way: 'clue',
        visit_code: `RQ2026${String(looks).padStart(5, '0')}`,
        inspectors: '检查员甲、检查员乙',
        inspector_count: 2,
        items: '非现场线索核查',
        result: 'order',
        findings: '治理设施运行不稳定（示例）',
        note: '示例',
      });
    addCase(world, 'off-site-clue', {
      id: number('OH', 6, i + 1),
      what: `${firm.short_name}${what}（示例）`,
      enterprise: firm.code,
      method,
      found_on,
      main_kwh: main_kwh ?? undefined,
      treat_kwh: treat_kwh ?? undefined,
      usual_ratio: main_kwh ? 12 : undefined,
      judged_by: state === 'flagged' ? undefined : '核实人',
      judgement: ['flagged', 'dismissed'].includes(state) ? undefined : '数据间相互印证（示例）',
      inspection,
      truth: truth ?? undefined,
      state,
      opened: found_on,
      note: '示例',
    }, clueSteps[state], 3);
  });
  // Every third enterprise has a class of the year.
  firms.filter((_, i) => i % 3 === 0).forEach((firm, i) => {
    world.add('risk-profile', {id: number('OF', 5, i + 1), enterprise: firm.code, year: 2026, note: '示例'});
  });
  const profiles = world.registers.get('risk-profile');
  const plans = [
    [0, 'special', '2026-12-10', 'approved'],
    [1, 'random', '2026-12-15', 'proposed'],
    [2, 'random', '2026-11-20', 'approved'],
    [4, 'clue', '2026-12-02', 'approved'],
    [6, 'random', '2026-10-12', 'published'],
    [7, 'special', '2026-10-19', 'visited'],
    [8, 'random', '2026-12-20', 'proposed'],
  ];
  const steps = {
    proposed: [],
    approved: ['approve'],
    visited: ['approve', 'visit'],
    published: ['approve', 'visit', 'publish'],
  };
  plans.forEach(([profile, way, planned_on, state], i) => {
    const enterprise = profiles[profile].enterprise;
    const seen = ['visited', 'published'].includes(state);
    const inspection = seen ? number('JC', 6, ++looks) : undefined;
    if (seen)
      world.add('enterprise-inspection', {
        id: inspection,
        enterprise,
        inspected_on: planned_on,
        way,
        visit_code: `RQ2026${String(looks).padStart(5, '0')}`,
        inspectors: '检查员甲、检查员乙',
        inspector_count: 2,
        items: '排污许可执行',
        result: 'clean',
        note: '示例',
      });
    addCase(world, 'planned-visit', {
      id: number('OG', 6, i + 1),
      profile: profiles[profile].id,
      enterprise,
      way,
      clue: way === 'clue' ? number('OH', 6, 3) : undefined,
      planned_on,
      items: '许可执行、治理设施、危险废物（示例）',
      inspectors: 2,
      visited_on: seen ? planned_on : undefined,
      inspection,
      published_on: state === 'published' ? plus(planned_on, 18) : undefined,
      result_text: state === 'published' ? '未发现问题（示例）' : undefined,
      state,
      opened: plus(planned_on, -20) > today ? plus(today, -2) : plus(planned_on, -20),
      note: '示例',
    }, steps[state], 5);
  });
  const draws = [['360281', 40, 12, 5], ['360222', 36, 9, 4], ['360202', 24, 6, 3]];
  draws.forEach(([division, pool, pool_key, drawn], i) => {
    world.add('random-draw', {
      id: number('OI', 5, i + 1),
      division,
      drawn_on: plus('2026-03-10', i * 90),
      pool,
      pool_key,
      share_key: 25,
      share: 5,
      drawn,
      seed: `示例名录${i + 1}版-见证数7`,
      witness: '见证人',
      inspectors_pool: 24,
      avoided: 1,
      note: '示例',
    });
  });
}

function makeSelfMonitoring(world) {
  const {random} = world;
  const firms = world.registers.get('enterprise');
  let duties = 0, results = 0;
  [0, 1, 2, 5, 12, 15, 18, 20, 23, 28].forEach((at, i) => {
    const firm = firms[at];
    const water = outletOf(world, firm, 'water');
    const outlet = water ?? outletOf(world, firm, 'air');
    const [pollutant, unit, limit, usual] = water ? ['COD', 'mg-L', 50, 30] : ['PM', 'mg-m3', 30, 12];
    const period = i % 3 === 0 ? 'month' : 'quarter';
    const duty = number('OR', 5, ++duties);
    world.add('self-duty', {
      id: duty,
      enterprise: firm.code,
      outlet: outlet.id,
      pollutant,
      unit,
      limit,
      period,
      from_on: '2026-01-01',
      note: '示例',
    });
    const every = period === 'month' ? 30 : 88;
    const last = i % 4 === 3 ? 130 : 12;  // some have not measured for long
    for (let k = 0; k < 3; ++k) {
      world.add('self-result', {
        id: number('OS', 6, ++results),
        duty,
        enterprise: firm.code,
        sampled_on: plus(today, -last - k * every),
        value: i === 2 ? 28.4 : Number((usual * random.between(0.6, i === 5 ? 1.9 : 1.3)).toFixed(1)),
        lab: '昌江检测有限公司（示例）',
        report_no: `示例报告${String(results).padStart(4, '0')}`,
        published_on: plus(today, -last - k * every + 3),
        note: '示例',
      });
    }
  });
  const cases = [
    [0, '报告数值与原始记录不符', 'invent', 'preserved', 2], [2, '三期数值完全相同', 'invent', 'suspected', 1],
    [13, '采样管被稀释', 'disturb', 'established', 3],
  ];
  const steps = {suspected: [], preserved: ['preserve'], established: ['preserve', 'establish']};
  cases.forEach(([at, what, kind, state, proofs], i) => {
    const opened = plus(today, -6 - i * 20);
    addCase(world, 'fabrication', {
      id: number('OT', 5, i + 1),
      what: `${what}（示例）`,
      enterprise: firms[at].code,
      kind,
      found_on: opened,
      proof_raw: true,
      proof_log: proofs > 1,
      proof_video: proofs > 2,
      preserved_on: state === 'suspected' ? undefined : plus(opened, 4),
      law: state === 'established' ? '示例条款' : undefined,
      state,
      opened,
      note: '示例',
    }, steps[state], 4);
  });
  const samples = [
    ['COD', '360281', 'released', 26, 22, 23, 0.98], ['NH3-N', '360222', 'released', 8, 0.42, 0.46, 0.92],
    ['TP', '360202', 'reviewed', 20, 0.11, 0.12, 1.05], ['NH3-N', '360281', 'checked', 31, 1.6, 1.7, 0.95],
    ['metal', '360281', 'analysed', 60, 0.02, 0.021, 1.31],
    ['COD', '360203', 'received', null],
    ['TN', '360222', 'sampled', null],
    ['BOD5', '360202', 'void', 15, 8, 8.4, null],
  ];
  const path = ['receive', 'analyse', 'check', 'review', 'release'];
  const far = {sampled: 0, received: 1, analysed: 2, checked: 3, reviewed: 4, released: 5, void: 2};
  samples.forEach(([item, division, state, held, value, duplicate, recovery], i) => {
    const n = far[state];
    const day = plus(today, ['sampled', 'received'].includes(state) ? -1 : -12 + i);
    const after = (hours) => noon(plus(day, Math.floor((8 + hours) / 24)), (8 + hours) % 24);
    addCase(world, 'lab-sample', {
      id: number('OU', 6, i + 1),
      bottle: `SL-2611-${String(i + 1).padStart(3, '0')}`,
      purpose: i % 2 ? 'routine' : 'supervise',
      item,
      division,
      sampled_at: after(0),
      sampler: '采样员',
      received_at: n >= 1 ? after(4) : undefined,
      cooled: n >= 1 ? true : undefined,
      analysed_at: held ? after(held) : undefined,
      analyst: held ? '分析员' : undefined,
      value: held ? value : undefined,
      duplicate: held ? duplicate : undefined,
      added: held && recovery ? value : undefined,
      spiked: held && recovery ? Number((value * (1 + recovery)).toFixed(4)) : undefined,
      checker: n >= 3 ? '校核员' : undefined,
      reviewer: n >= 4 ? '审核员' : undefined,
      signer: n >= 5 ? '授权签字人' : undefined,
      signed_on: n >= 5 ? plus(day, 5) : undefined,
      report_no: n >= 5 ? `示例监字〔2026〕${i + 1}号` : undefined,
      state,
      opened: day,
      note: '示例',
    }, state === 'void' ? ['receive', 'analyse', 'discard'] : path.slice(0, n), 1);
  });
}

function makeGrades(world) {
  const firms = world.registers.get('enterprise');
  const parts = ['energy', 'process', 'treatment', 'emission', 'fugitive', 'monitoring', 'management', 'transport'];
  const all = (grade) => Object.fromEntries(parts.map((item) => [item, grade]));
  const reviews = [
    [12, 'b', {...all('a'), treatment: 'b', transport: 'b'}, 'held', 86],
    [15, 'a', {...all('a'), fugitive: 'b'}, 'held', 40],
    [5, 'c', {...all('c'), energy: 'b'}, 'held', 310], [13, 'b', {...all('b'), management: 'c'}, 'notice', 64],
    [4, 'b', {...all('b'), fugitive: 'd'}, 'checked', 420],
    [14, 'a', {}, 'applied', 25],
    [0, 'c', {...all('c')}, 'held', 18],
  ];
  const steps = {applied: [], checked: ['check'], notice: ['check', 'notice'], held: ['check', 'notice', 'publish']};
  reviews.forEach(([at, claimed, items, state, base_kg_d], i) => {
    const opened = plus('2026-08-10', i * 14);
    addCase(world, 'grade-review', {
      id: number('OV', 5, i + 1),
      enterprise: firms[at].code,
      year: 2026,
      claimed,
      ...items,
      base_kg_d,
      notice_from: ['notice', 'held'].includes(state) ? plus(opened, 10) : undefined,
      published_on: state === 'held' ? plus(opened, 20) : undefined,
      state,
      opened,
      note: '示例',
    }, steps[state], 10);
  });
  // The year before, of three that are held again.
  [[12, 'c'], [15, 'b'], [5, 'd']].forEach(([at, grade], i) => {
    addCase(world, 'grade-review', {
      id: number('OV', 5, reviews.length + i + 1),
      enterprise: firms[at].code,
      year: 2025,
      claimed: grade,
      ...all(grade),
      notice_from: '2025-09-08',
      published_on: '2025-09-18',
      lost_on: '2026-08-03',
      state: 'lost',
      opened: '2025-08-25',
      note: '示例',
    }, ['check', 'notice', 'publish', 'lose'], 12);
  });
}

function makeCredit(world) {
  const firms = world.registers.get('enterprise');
  const events = world.registers.get('credit-event');
  const states = ['published', 'told', 'objected', 'answered', 'published', 'drafted', 'published', 'told'];
  const steps = {
    drafted: [],
    told: ['tell'],
    objected: ['tell', 'object'],
    answered: ['tell', 'object', 'answer'],
    published: ['tell', 'publish'],
  };
  [0, 7, 14, 21, 28, 16, 2, 9].forEach((at, i) => {
    const state = states[i];
    const told_on = state === 'published' ? '2026-10-20' : plus('2026-11-08', i);
    const objected = ['objected', 'answered'].includes(state);
    addCase(world, 'credit-review', {
      id: number('OW', 6, i + 1),
      enterprise: firms[at].code,
      year: 2026,
      told_on: state === 'drafted' ? undefined : told_on,
      objected_on: objected ? plus(told_on, 6) : undefined,
      objection: objected ? '整改已完成，请复核（示例）' : undefined,
      answer: state === 'answered' ? '维持初评（示例）' : undefined,
      published_on: state === 'published' ? plus(told_on, 18) : undefined,
      state,
      opened: state === 'drafted' ? '2026-11-25' : told_on,
      note: '示例',
    }, steps[state], 6);
  });
  const repairs = [['permit', 'notice'], ['overdue', 'applied'], ['exceeded', 'checked']];
  const repairSteps = {applied: [], checked: ['check'], notice: ['check', 'notice']};
  repairs.forEach(([reason, state], i) => {
    const event = events.find((one) => one.reason === reason);
    const applied_on = plus('2026-11-10', i * 7);
    addCase(world, 'credit-repair', {
      id: number('OX', 5, i + 1),
      event: event.id,
      enterprise: event.enterprise,
      restores: Math.min(-event.points, 6),
      applied_on,
      corrected: '已整改到位（示例）',
      checked_on: state === 'applied' ? undefined : plus(applied_on, 2),
      notice_from: state === 'notice' ? plus(applied_on, 6) : undefined,
      state,
      opened: applied_on,
      note: '示例',
    }, repairSteps[state], 3);
  });
}

// word, kinds, county, licence until, checks [fault, times]
const companies = [
  ['昌江检测有限公司', ['measure', 'compare'], '360202', '2028-05-20', [['records', 1]]],
  ['瓷都环境监测有限公司', ['measure', 'operate'], '360203', '2027-03-10', [['method', 2], ['records', 1]]],
  ['浮梁水务运维有限公司', ['operate', 'treat'], '360222', null, [['late', 2]]],
  ['乐安环保工程有限公司', ['treat', 'restore'], '360281', null, [['good', 0]]],
  ['赣东环评咨询有限公司', ['advise'], '360200', null, []],
  ['速测检测有限公司', ['measure'], '360281', '2026-10-31', [['false-report', 1]]],
  ['明源在线运维有限公司', ['operate'], '360200', null, [['late', 4], ['staff', 2], ['records', 2]]],
];

function makeCompanies(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  let checks = 0;
  companies.forEach(([name, kinds, division, licence_until, faults], i) => {
    const code = withCheck(`91${division}MADEQ${2001 + i}`);
    world.add('service-company', {
      code,
      name: `${name}（示例）`,
      division,
      kinds,
      licence: licence_until ? `CMA示例${i + 1}` : undefined,
      licence_until: licence_until ?? undefined,
      staff: 8 + i * 3,
      contact: `联系人${i + 1}`,
      phone: `0798-005${String(1000 + i)}`,
      place: places.write(places.near(random, division, 0.05)),
      note: '示例',
    });
    faults.forEach(([fault, times], k) => {
      world.add('service-check', {
        id: number('OZ', 5, ++checks),
        company: code,
        checked_on: plus('2026-04-12', i * 25 + k * 30),
        fault,
        times,
        found: fault === 'good' ? undefined : '检查发现的问题（示例）',
        note: '示例',
      });
    });
  });
  const known = world.registers.get('service-company');
  const contracts = [
    [0, 0, 'compare'], [1, 0, 'operate'], [2, 20, 'operate'], [3, 10, 'treat'], [0, 12, 'measure'], [6, 12, 'operate'],
    [1, 23, 'measure'],
  ];
  contracts.forEach(([company, at, kind], i) => {
    world.add('service-contract', {
      id: number('OY', 5, i + 1),
      company: known[company].code,
      enterprise: firms[at].code,
      kind,
      from_on: '2026-01-01',
      to_on: i === 3 ? '2027-01-15' : '2026-12-31',
      yuan: 60000 + i * 15000,
      note: '示例',
    });
  });
}

function makeChain(world) {
  const firms = world.registers.get('enterprise');
  const permits = world.registers.get('permit');
  const limits = world.registers.get('outlet-limit');
  const some = [0, 1, 5, 7, 12, 15, 20, 28];
  let lines = 0, reports = 0;
  some.forEach((at, i) => {
    const firm = firms[at];
    world.add('eia', {
      id: number('QE', 5, i + 1),
      project: `${firm.short_name}生产线项目（示例）`,
      enterprise: firm.code,
      kind: i % 3 ? 'table' : 'report',
      screening: i > 3 && i < 7 ? number('QD', 5, [1, 2, 5][i - 4]) : undefined,
      approval: `示例环审〔2023〕${i + 1}号`,
      received_on: '2023-03-01',
      approved_on: i === 4 ? '2023-05-20' : '2023-03-24',
      begun_on: i === 6 ? undefined : '2023-06-01',
      accepted_on: i < 5 ? '2024-05-20' : undefined,
      nox_t_a: 12 + i,
      cod_t_a: 60,
      nh3n_t_a: 20,
      note: '示例',
    });
    const permit = permits.find((one) => one.enterprise === firm.code);
    world.add('permit-chain', {id: number('QH', 5, i + 1), enterprise: firm.code, note: '示例'});
    const known = limits.filter((limit) => limit.enterprise === firm.code).slice(0, 3);
    const mine = known.length > 0     ? known :
        outletOf(world, firm, 'water') ? [{pollutant: 'COD', measured: 32}] :
                                         [{pollutant: 'PM', measured: 9}];
    for (const [kind, period_from, period_to, opened] of [
             ['year', '2025-01-01', '2025-12-31', '2026-01-04'],
             ['quarter', '2026-07-01', '2026-09-30', '2026-10-08']]) {
      const late = kind === 'quarter' && i % 4 === 3;
      const id = number('QF', 6, ++reports);
      const year = kind === 'year';
      const sent = !late;
      addCase(world, 'execution-report', {
        id,
        permit: permit.number,
        enterprise: firm.code,
        kind,
        period_from,
        period_to,
        submitted_on: sent ? plus(opened, year ? 20 : 6) : undefined,
        result: sent && year ? '核查通过（示例）' : undefined,
        state: sent ? (year ? 'checked' : 'submitted') : 'due',
        opened,
        note: '示例',
      }, sent ? (year ? ['submit', 'pass'] : ['submit']) : [], 6);
      if (!sent) continue;
      for (const limit of new Map(mine.map((one) => [one.pollutant, one])).values()) {
        const water = ['COD', 'NH3-N', 'TP', 'TN'].includes(limit.pollutant);
        const hours = year ? 7200 : 1900;
        const flow_m3_h = water ? 900 : 24000;
        const reckoned = limit.measured * flow_m3_h * hours / (water ? 1e6 : 1e9);
        world.add('execution-line', {
          id: number('QG', 6, ++lines),
          report: id,
          enterprise: firm.code,
          pollutant: limit.pollutant,
          reported_t: Number((reckoned * (lines % 7 === 3 ? 0.7 : 0.98)).toFixed(3)),
          hours,
          mean_mg: limit.measured,
          flow_m3_h,
          note: '示例',
        });
      }
    }
  });
  const orders = world.registers.get('rectification');
  const penalties = (firm, year) =>
      orders.filter((order) => order.enterprise === firm.code && order.decided_on.startsWith(String(year))).length;
  const yearly = new Set(world.registers.get('execution-report').filter((one) => one.kind === 'year').map((one) => one.id));
  const reported = (firm, pollutant) =>
      world.registers.get('execution-line')
          .find((line) => yearly.has(line.report) && line.enterprise === firm.code && line.pollutant === pollutant)
          ?.reported_t;
  [0, 3, 5, 7, 8, 12, 20, 28].forEach((at, i) => {
    const firm = firms[at];
    world.add('disclosure-list', {
      id: number('QI', 5, i + 1),
      enterprise: firm.code,
      year: 2026,
      why: i === 4 ? ['key', 'cleaner'] : ['key'],
      notice_from: '2026-02-24',
      notice_to: '2026-03-12',
      published_on: i === 7 ? '2026-04-02' : '2026-03-20',
      sent_on: '2026-03-27',
      note: '示例',
    });
    const silent = i === 6;
    const submitted_on = i === 5 ? '2026-03-18' : '2026-03-10';
    addCase(world, 'disclosure-report', {
      id: number('QJ', 6, i + 1),
      enterprise: firm.code,
      kind: 'year',
      year: 2025,
      year_end: '2025-12-31',
      submitted_on: silent ? undefined : submitted_on,
      penalties: silent ? undefined : i === 2 ? 1 : penalties(firm, 2025),
      cod_t: silent ? undefined : reported(firm, 'COD'),
      nox_t: silent ? undefined : reported(firm, 'NOx'),
      hazardous_t: silent ? undefined : 12.5 + i,
      investment_yuan: silent ? undefined : 350000 + 20000 * i,
      published_on: silent || i === 2 ? undefined : plus(submitted_on, 4),
      state: silent ? 'due' : i === 2 ? 'submitted' : 'published',
      opened: '2026-01-05',
      note: '示例',
    }, silent ? [] : i === 2 ? ['submit'] : ['submit', 'publish'], 60);
  });
  addCase(world, 'disclosure-report', {
    id: number('QJ', 6, 9),
    enterprise: firms[3].code,
    kind: 'interim',
    year: 2026,
    document_on: '2026-11-24',
    matter: '收到行政处罚决定书（示例）',
    state: 'due',
    opened: '2026-11-24',
    note: '示例',
  }, []);
}

export function makeOversight(world) {
  makeVisits(world);
  makeSelfMonitoring(world);
  makeGrades(world);
  makeCredit(world);
  makeCompanies(world);
  makeChain(world);
}
