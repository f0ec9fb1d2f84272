// How the city governs: findings and their loop, shared data, notes, needs, what is said to the public, procurators and
// police, clues of damage. All invented, all 示例.

import {addCase} from './case.mjs';
import {noon, number, plus, today} from './random.mjs';

const cell = ([lon, lat]) => `${(Math.floor(lon * 100) / 100).toFixed(2)}/${(Math.floor(lat * 100) / 100).toFixed(2)}`;
const counties = ['360202', '360203', '360222', '360281'];

// name, platform, purpose, county, planned on, done after so many days, square kilometres planned and covered
const tasks = [
  ['浮梁河岸无人机巡测', 'drone', 'survey', '360222', '2026-11-05', 0, 40, 38],
  ['乐平化工园区VOCs走航', 'mobile', 'voc', '360281', '2026-11-12', 1, 18, 17.5],
  ['一季度道路积尘走航', 'mobile', 'road-dust', '360202', '2026-03-18', 2, 25, 24],
  ['二季度道路积尘走航', 'mobile', 'road-dust', '360203', '2026-06-15', 1, 25, 23],
  ['三季度道路积尘走航', 'mobile', 'road-dust', '360202', '2026-09-16', 0, 25, 25],
  ['四季度道路积尘走航', 'mobile', 'road-dust', '360203', '2026-11-20', null, 25, null],
  ['生态保护红线卫星遥感', 'satellite', 'red-line', '360222', '2026-10-10', 6, 900, 640],
  ['昌江入河排污口无人船排查', 'ship', 'outfall', '360202', '2026-10-22', 3, 6, 5.6],
];

// what, platform, task, medium, county, found so many days ago, urgency, how far, late link, same cell as before
const findings = [
  ['河岸堆放釉料废渣', 'drone', 0, 'waste', '360222', 23, 'major', 6, false, false],
  ['河岸疑似堆存图斑', 'satellite', 6, 'waste', '360222', 21, 'general', 2, false, true],
  ['园区西侧VOCs高值', 'mobile', 1, 'air', '360281', 17, 'urgent', 4, true, false],
  ['企业夜间VOCs小时高值', 'off-site', null, 'air', '360281', 16, 'urgent', 5, false, true],
  ['群众反映园区异味', 'public', null, 'air', '360281', 15, 'major', 3, false, true],
  ['红线内新增道路痕迹', 'satellite', 6, 'nature', '360222', 40, 'general', 6, true, false],
  ['雨水口有乳白色水流出', 'ship', 7, 'water', '360202', 33, 'major', 5, false, false],
  ['疑似云影误判的裸露地块', 'satellite', 6, 'nature', '360222', 45, 'general', -1, false, false],
  ['工地裸土未覆盖', 'patrol', null, 'air', '360203', 6, 'general', 1, false, false],
  ['道路积尘偏重路段', 'mobile', 4, 'air', '360202', 9, 'general', 0, false, false],
  ['断面氨氮波动', 'ground', null, 'water', '360202', 2, 'major', 0, false, false],
];
const findingPath = ['transfer', 'handle', 'feed-back', 'verify', 'hold'];
const findingStates = ['found', 'transferred', 'handled', 'fed-back', 'watching', 'closed'];

function makeFindings(world) {
  const {random, places} = world;
  tasks.forEach(([name, platform, purpose, division, planned_on, after, target_km2, covered_km2], i) => {
    world.add('watch-task', {
      id: number('OA', 5, i + 1),
      name: `${name}（示例）`,
      platform,
      purpose,
      division,
      unit: 'ZR0001',
      planned_on,
      done_on: after === null ? undefined : plus(planned_on, after),
      target_km2,
      covered_km2: covered_km2 ?? undefined,
      note: '示例',
    });
  });
  let point;
  findings.forEach(([what, platform, task, medium, division, ago, urgency, far, late, same], i) => {
    if (!same) point = places.near(random, division, 0.06);
    const steps = far < 0 ? ['dismiss'] : findingPath.slice(0, Math.min(far, 5));
    const done = (name) => steps.includes(name);
    const found_on = plus(today, -ago);
    const transferred = plus(found_on, late ? 6 : urgency === 'urgent' ? 0 : 1);
    const handled = plus(transferred, urgency === 'urgent' ? 2 : 5);
    addCase(world, 'finding', {
      id: number('OB', 6, i + 1),
      what: `${what}（示例）`,
      platform,
      task: task === null ? undefined : number('OA', 5, task + 1),
      medium,
      found_on,
      grid: cell(point),
      place: places.write(point),
      division,
      urgency,
      evidence_text: '影像与数据说明（示例）',
      owner: done('transfer') ? world.bureauOf(division) : undefined,
      transferred_on: done('transfer') ? transferred : undefined,
      handled_on: done('handle') ? handled : undefined,
      measures: done('handle') ? '现场处置完毕（示例）' : undefined,
      fed_back_on: done('feed-back') ? plus(handled, 1) : undefined,
      result: done('feed-back') ? '属实，已处置（示例）' : undefined,
      verified_on: done('verify') ? plus(handled, 3) : undefined,
      state: far < 0 ? 'dismissed' : findingStates[steps.length],
      opened: found_on,
      note: '示例',
    }, steps, 2);
  });
}

// name, provider, medium, sharing, way, cycle in days, updated so many days ago
const resources = [
  ['环境空气自动站小时数据', 'ZR0001', 'air', 'open', 'api', 1, 0], ['地表水自动站数据', 'ZR0001', 'water', 'open', 'api', 1, 0],
  ['河道流量与水位', 'ZR0013', 'water', 'condition', 'api', 1, 1],
  ['污水处理厂进出水', 'ZR0013', 'water', 'condition', 'table', 7, 12],
  ['工地与渣土车辆', 'ZR0014', 'air', 'condition', 'api', 1, 0], ['餐饮单位名录', 'ZR0014', 'air', 'condition', 'file', 90, 40],
  ['投诉人信息', 'ZR0001', 'other', 'closed', 'table', 30, 10], ['排污许可证信息', 'ZR0001', 'other', 'open', 'api', 7, 3],
  ['危险废物转移联单', 'ZR0001', 'waste', 'condition', 'api', 1, 1], ['陶瓷园区企业用电', 'ZR0011', 'air', 'condition', 'api', 30, 65],
];
const requests = [
  [2, 'ZR0001', '生态流量达标评价', 60, 'running', 240], [3, 'ZR0001', '城镇污水收集率核算', 30, 'agreed', 365],
  [5, 'ZR0001', '油烟投诉关联分析', 8, 'applied', null], [8, 'ZR0009', '危险废物属地监管', 400, 'running', 20],
  [6, 'ZR0014', '投诉回访', 50, 'refused', null], [4, 'ZR0001', '扬尘溯源', 24, 'applied', null],
];
const requestSteps = {applied: [], agreed: ['agree'], running: ['agree', 'serve'], refused: ['refuse']};

function makeSharing(world) {
  resources.forEach(([name, provider, medium, sharing, way, cycle_days, ago], i) => {
    world.add('data-resource', {
      id: number('OC', 4, i + 1),
      name: `${name}（示例）`,
      provider,
      medium,
      sharing,
      ground: sharing === 'closed' ? '个人信息保护的法律规定（示例）' : undefined,
      way,
      personal_data: sharing === 'closed',
      cycle_days,
      updated_on: plus(today, -ago),
      rows_n: 1000 * (i + 1),
      from_system: '示例系统',
      note: '示例',
    });
  });
  requests.forEach(([resource, applicant, purpose, ago, state, days], i) => {
    const applied_on = plus(today, -ago);
    const answered = state !== 'applied';
    addCase(world, 'sharing-request', {
      id: number('OD', 5, i + 1),
      resource: number('OC', 4, resource + 1),
      applicant,
      purpose: `${purpose}（示例）`,
      applied_on,
      answered_on: answered ? plus(applied_on, 9) : undefined,
      valid_until: days === null ? undefined : plus(today, days),
      conditions: answered ? '仅限本部门使用（示例）' : undefined,
      served_on: state === 'running' ? plus(applied_on, 20) : undefined,
      calls: state === 'running' ? (i === 3 ? 0 : 1200) : undefined,
      state,
      opened: applied_on,
      note: '示例',
    }, requestSteps[state], 9);
  });
  for (let i = 0; i < 12; ++i) {
    const from = plus('2026-11-16', i);
    const waits = i === 11 || i === 7;
    const returned = i % 4 === 1 ? 20 + i : 0;
    world.add('exchange-batch', {
      id: number('OE', 6, i + 1),
      what: `${i % 2 ? '地表水' : '环境空气'}日报送批次（示例）`,
      resource: number('OC', 4, i % 2 ? 2 : 1),
      way: 'push',
      period_from: from,
      period_to: from,
      sent_at: noon(plus(from, 1), 8),
      rows_sent: 1200,
      tries: i === 7 ? 4 : 1,
      receipt: waits ? undefined : `JX-示例-${i + 1}`,
      receipt_at: waits ? undefined : noon(plus(from, 1), 9),
      rows_taken: waits ? undefined : 1200 - returned,
      rows_returned: waits ? undefined : returned,
      return_why: !waits && returned ? '站点编码不符（示例）' : undefined,
      note: '示例',
    });
  }
  world.add('exchange-batch', {
    id: number('OE', 6, 13),
    what: '退回行重报（示例）',
    way: 'push',
    period_from: '2026-11-17',
    period_to: '2026-11-17',
    sent_at: noon('2026-11-18', 15),
    rows_sent: 21,
    again_of: number('OE', 6, 2),
    tries: 1,
    receipt: 'JX-示例-13',
    receipt_at: noon('2026-11-18', 16),
    rows_taken: 21,
    note: '示例',
  });
}

// headline, kind, medium, from, to, state
const notes = [
  ['11月第3周空气质量研判', 'weekly', 'air', '2026-11-16', '2026-11-22', 'signed'],
  ['11月第4周水环境研判', 'weekly', 'water', '2026-11-23', '2026-11-29', 'drafted'],
  ['10月生态环境形势研判', 'monthly', 'water', '2026-10-01', '2026-10-31', 'signed'],
  ['11月27日空气质量日研判', 'daily', 'air', '2026-11-27', '2026-11-27', 'drafted'],
];

function makeNotes(world) {
  notes.forEach(([headline, kind, medium, period_from, period_to, state], i) => {
    const opened = plus(period_to, 0);
    addCase(world, 'situation-note', {
      id: number('QN', 5, i + 1),
      headline: `${headline}（示例）`,
      kind,
      medium,
      division: '360200',
      period_from,
      period_to,
      judgement: '总体稳定，个别时段需关注（示例）',
      outlook: '加强研判与管控（示例）',
      author: '撰写人',
      signed_on: state === 'signed' ? plus(period_to, 2) : undefined,
      state,
      opened,
      note: '示例',
    }, state === 'signed' ? ['sign'] : [], 2);
    const water = medium === 'water';
    world.add('situation-figure', {
      id: number('QO', 6, i + 1),
      note_of: number('QN', 5, i + 1),
      what: `${water ? '南河河口氨氮' : '陶研所细颗粒物'}均值（示例）`,
      kind: 'mean',
      site: water ? 'water.nanhehekou' : 'air.2346A',
      property: water ? 'NH3-N' : 'PM2.5',
      from_on: period_from,
      to_on: period_to,
      said: water ? 0.3 : 24,
      digits: water ? 2 : 0,
      note: '示例',
    });
  });
  // A look back at a time of which the demo city has data: its figures can be traced.
  addCase(world, 'situation-note', {
    id: number('QN', 5, 5),
    headline: '2021年4月上旬水环境回顾研判（示例）',
    kind: 'special',
    medium: 'water',
    division: '360200',
    period_from: '2021-04-01',
    period_to: '2021-04-12',
    judgement: '南河河口总磷均值0.08 mg/L，鲇鱼山氨氮均值0.075 mg/L（示例）',
    author: '撰写人',
    signed_on: '2021-04-13',
    state: 'signed',
    opened: '2021-04-12',
    note: '示例',
  }, ['sign'], 1);
  const looks = [['南河河口总磷', 'water.nanhehekou', 'TP', 0.08, 2], ['鲇鱼山氨氮', 'water.nianyushan', 'NH3-N', 0.075, 3]];
  looks.forEach(([what, site, property, said, digits], i) => {
    world.add('situation-figure', {
      id: number('QO', 6, notes.length + i + 1),
      note_of: number('QN', 5, 5),
      what: `${what}均值（示例）`,
      kind: 'mean',
      site,
      property,
      from_on: '2021-04-01',
      to_on: '2021-04-12',
      said,
      digits,
      note: '示例',
    });
  });
  const decisions = [
    [1, '约谈扬尘重点工地', '360202', 'ZR0002', '2026-11-26', 'open'], [1, '加密走航', '360203', 'ZR0003', '2026-12-05', 'open'],
    [3, '排查南河上游排口', '360222', 'ZR0004', '2026-11-20', 'done'], [3, '核查自动站比对', '360281', 'ZR0005', '2026-11-15', 'done'],
  ];
  decisions.forEach(([of, what, division, owner, due_on, state], i) => {
    addCase(world, 'situation-decision', {
      id: number('QP', 5, i + 1),
      note_of: number('QN', 5, of),
      what: `${what}（示例）`,
      division,
      owner,
      due_on,
      done_on: state === 'done' ? plus(due_on, i === 3 ? 4 : -1) : undefined,
      outcome: state === 'done' ? '已完成（示例）' : undefined,
      state,
      opened: plus(due_on, -14),
      note: '示例',
    }, state === 'done' ? ['finish'] : [], 1);
  });
}

// name, field, county, per cent wanted, published on, state
const needs = [
  ['日用瓷窑炉氮氧化物超低排放', 'kiln', '360222', 40, '2026-04-02', 'running'],
  ['釉料VOCs协同治理', 'voc', '360203', 60, '2026-08-20', 'published'],
  ['废瓷再生骨料', 'ceramic', '360222', 70, '2025-11-12', 'adopted'],
  ['精细化工废水深度处理', 'water', '360281', 50, '2026-10-26', 'published'],
  ['断面氨氮快速溯源', 'monitoring', '360202', 30, null, 'drafted'],
];
const needSteps = {
  drafted: [],
  published: ['publish'],
  running: ['publish', 'choose'],
  adopted: ['publish', 'choose', 'accept', 'adopt'],
};

function makeNeeds(world) {
  let answers = 0;
  needs.forEach(([name, field, division, wanted_pct, published_on, state], i) => {
    const id = number('QQ', 5, i + 1);
    const under = ['running', 'adopted'].includes(state);
    const chosen = under ? number('QR', 5, answers + 1) : undefined;
    addCase(world, 'research-need', {
      id,
      name: `${name}（示例）`,
      field,
      division,
      unit: world.bureauOf(division),
      problem: '现有技术难以稳定达到目标（示例）',
      wanted_pct,
      sets: under ? [number('OC', 4, 1)] : undefined,
      published_on: published_on ?? undefined,
      chosen,
      agreed_yuan: under ? 600000 : undefined,
      finish_by: under ? '2026-12-31' : undefined,
      progress: under ? (state === 'adopted' ? 100 : 45) : undefined,
      paid_yuan: under ? (state === 'adopted' ? 600000 : 240000) : undefined,
      before: state === 'adopted' ? 100 : undefined,
      after: state === 'adopted' ? 24 : undefined,
      adopters: state === 'adopted' ? 3 : undefined,
      state,
      opened: published_on ?? '2026-11-16',
      note: '示例',
    }, needSteps[state], 30);
    if (!under) return;
    for (const [who, promised_pct, price_yuan] of [['某大学', wanted_pct + 5, 600000], ['某研究院', wanted_pct, 540000]])
      world.add('research-answer', {
        id: number('QR', 5, ++answers),
        need: id,
        by_whom: `${who}（示例）`,
        answered_on: plus(published_on, 20),
        route: '中试方案（示例）',
        promised_pct,
        price_yuan,
        note: '示例',
      });
  });
}

// headline, kind, county, state, drafted on
const releases = [
  ['规划解读：美丽景德镇建设', 'explain', '360200', 'released', '2026-10-12'],
  ['10月空气质量情况', 'progress', '360200', 'released', '2026-11-05'],
  ['关于昌江某段水色的说明', 'answer', '360202', 'released', '2026-11-18'],
  ['低碳生活科普', 'science', '360203', 'checked', '2026-11-27'],
  ['乐平市治污先进典型', 'model', '360281', 'drafted', '2026-11-28'],
];
const releaseSteps = {drafted: [], checked: ['check'], released: ['check', 'release']};
// what, medium, county, found on, reads, truth, release, state
const rumours = [
  ['网传昌江水色异常', 'water', '360202', '2026-11-18', 32000, 'false', 3, 'closed', 400],
  ['短视频称园区夜间有异味', 'air', '360281', '2026-11-28', 120000, null, null, 'found'],
  ['论坛反映渣土车扬尘', 'air', '360203', '2026-11-27', 4200, 'true', null, 'judged'],
];
const rumourSteps = {found: [], judged: ['judge'], closed: ['judge', 'answer', 'close']};

function makeVoice(world) {
  releases.forEach(([headline, kind, division, state, opened], i) => {
    addCase(world, 'release', {
      id: number('QA', 5, i + 1),
      headline: `${headline}（示例）`,
      kind,
      division,
      text: '正文（示例）',
      drafter: '起草人',
      checker: state === 'drafted' ? undefined : '审核人',
      signer: state === 'released' ? '签发人' : undefined,
      channels: state === 'released' ? ['wechat', 'web'] : undefined,
      released_at: state === 'released' ? noon(opened, 20) : undefined,
      reads: state === 'released' ? 3000 + i * 800 : undefined,
      state,
      opened,
      note: '示例',
    }, releaseSteps[state], 0);
  });
  rumours.forEach(([what, medium, division, opened, reads, truth, release, state, reads_after], i) => {
    addCase(world, 'rumour', {
      id: number('QB', 5, i + 1),
      what: `${what}（示例）`,
      where_said: '社交平台',
      medium,
      division,
      found_at: noon(opened, 9),
      reads,
      owner: world.bureauOf(division),
      truth: truth ?? undefined,
      facts: truth ? '现场核查情况（示例）' : undefined,
      release: release === null ? undefined : number('QA', 5, release),
      reads_after,
      state,
      opened,
      note: '示例',
    }, rumourSteps[state], 1);
  });
}

function makeBases(world) {
  const {random, places} = world;
  counties.forEach((division, i) => {
    world.add('restoration-base', {
      id: number('QS', 4, i + 1),
      name: `${['昌江湿地', '珠山城市绿地', '浮梁南河', '乐平乐安河'][i]}修复基地（示例）`,
      kind: i % 2 ? ['nature'] : ['surface-water', 'nature'],
      division,
      owner: world.bureauOf(division),
      place: places.write(places.near(random, division, 0.06)),
      area_ha: 12 + i * 5,
      built_on: i < 3 ? plus('2025-10-15', i * 60) : undefined,
      capacity_yuan: 800000 + i * 200000,
      note: '示例',
    });
  });
}

// what, medium, county, received so many days ago, urgent, state
const advice = [
  ['督促清理河道废瓷片', 'waste', '360222', 20, false, 'received'], ['督促整治非法采砂', 'nature', '360281', 75, false, 'received'],
  ['督促处置泄漏残留', 'soil', '360281', 40, true, 'replied'], ['督促规范餐饮油烟', 'air', '360203', 120, false, 'closed'],
];
const adviceSteps = {received: [], replied: ['reply'], closed: ['reply', 'close']};
// what, kind, county, held on, with whom, places, clues, cases of ours, criminal cases
const actions = [
  ['危险废物非法倾倒联合打击', 'raid', '360281', '2026-06-18', 24, 5, 3, 1],
  ['昌江沿线夜间联合巡查', 'patrol', '360202', '2026-08-12', 30, 4, 2, 0],
  ['生态警务联席会议', 'meeting', '360200', '2026-09-22', 0, 0, 0, 0], ['林区盗伐联合办案', 'case', '360222', '2026-10-27', 6, 2, 0, 1],
];
// what, channel, county, found so many days ago, further fields
const clues = [
  ['倾倒废釉渣', 'crime', '360222', 12, {dumped_t: 4.2}], ['超标排放废水', 'inspection', '360281', 50, {times_over: 3.4}],
  ['占用红线修路', 'red-line', '360222', 26, {red_line: true}], ['运输洒漏', 'incident', '360202', 60, {dumped_t: 0.3}],
  ['农田灌溉水受污', 'petition', '360281', 100, {farmland_mu: 8, claim: number('PC', 5, 4)}],
  ['餐饮污水入沟', 'petition', '360203', 33, {}],
];

function makeJustice(world) {
  const {random, places} = world;
  advice.forEach(([what, medium, division, ago, urgent, state], i) => {
    const received_on = plus(today, -ago);
    const replied = state !== 'received';
    addCase(world, 'procurator-advice', {
      id: number('QT', 5, i + 1),
      number: `示例检建〔2026〕${i + 1}号`,
      what: `${what}（示例）`,
      division,
      place: places.write(places.near(random, division, 0.06)),
      medium,
      owner: world.bureauOf(division),
      received_on,
      urgent,
      measures: replied ? '已整改（示例）' : undefined,
      outcome: replied ? 'adopted' : undefined,
      replied_on: replied ? plus(received_on, urgent ? 12 : 50) : undefined,
      state,
      opened: received_on,
      note: '示例',
    }, adviceSteps[state], 12);
  });
  actions.forEach(([what, kind, division, held_on, looked_at, found, filed, criminal], i) => {
    world.add('joint-action', {
      id: number('QU', 5, i + 1),
      what: `${what}（示例）`,
      kind,
      held_on,
      division,
      with_whom: '公安、检察、水务（示例）',
      people: 12 + i * 4,
      looked_at,
      clues: found,
      filed,
      criminal,
      note: '示例',
    });
  });
  clues.forEach(([what, channel, division, ago, more], i) => {
    world.add('damage-clue', {
      id: number('QV', 5, i + 1),
      what: `${what}（示例）`,
      channel,
      found_on: plus(today, -ago),
      division,
      place: places.write(places.near(random, division, 0.06)),
      ...more,
      note: '示例',
    });
  });
}

export function makeGoverning(world) {
  makeFindings(world);
  makeSharing(world);
  makeNotes(world);
  makeNeeds(world);
  makeVoice(world);
  makeBases(world);
  makeJustice(world);
}
