// The plan as work: a task for each promise of kind `action`, its milestones, the documents and projects it wants,
// proposals to change it, and figures that only others can tell. Promises and words are the plan's; owners, dates,
// money and states are made up.

import {unitOf} from './common.mjs';
import {monthOn, noon, number, plus, today} from './random.mjs';

/** Lines of a CSV of ours, by the names in its head. */
function tableOf(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') {
      cell += c;
      ++i;
    } else if (c === '"')
      quoted = !quoted;
    else if (!quoted && (c === ',' || c === '\n')) {
      rows.at(-1).push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r')
      cell += c;
  }
  const [head, ...lines] = rows.filter((row) => row.length > 1);
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}

const leads = [
  [/水资源|水预算|灌区|水利|生态流量|清理“四乱”|节水/, '市水利部门', 'water'],
  [/船舶|岸电|干线|车辆|公交/, '市交通部门', 'transport'],
  [/污水处理厂|厂网|施工现场|建筑垃圾|黑臭|绿色建筑|中心城区/, '市住建部门', 'build'],
  [/渣土|油烟|道路积尘/, '市城管部门', 'build'],
  [/秸秆|农用地|农业|渔|入侵/, '市农业农村部门', 'farm'],
  [/湿地|自然保护地|生物多样性|保育|本底|野生/, '市林业部门', 'forest'],
  [/绿色升级|工厂|数字化|产业体系|“一图四清单”|绿色低碳升级/, '市工信部门', 'industry'],
  [/零碳|能源|抽水蓄能|碳排放核算|支持清单|固定资产|重点企业能源/, '市发改部门', 'energy'],
  [/遗产/, '市文旅部门', 'culture'],
  [/基金|EOD/, '市金融部门', 'money'],
  [/健康/, '市卫健部门', 'health'],
];

const countyOf = (name) => /乐平|塔山|化工园区/.test(name) ? '360281' :
    /浮梁/.test(name)                                            ? '360222' :
    /高新区/.test(name)                                         ? '360202' :
                                                                     '360200';

/** Words of the promise that is a document, a project, or a state of work. */
const stepsOf = (promise) => {
  if (promise.unit === 'document') return ['形成初稿', '征求意见并修改', '印发并公开'];
  if (['project', 'platform', 'park', 'network', 'database', 'fund'].includes(promise.unit))
    return ['完成前期论证', '批复与资金落实', '建设过半', '建成投用'];
  if (['registry', 'survey', 'account', 'map'].includes(promise.unit))
    return ['确定范围与方法', '完成首次成果', '建立动态更新机制'];
  return ['制定年度安排', '完成中期任务', '完成全部任务并总结'];
};

function makeTasks(world, promises) {
  const {random} = world;
  const actions = promises.filter((promise) => promise.kind === 'action');
  actions.forEach((promise, i) => {
    const lead = leads.find(([words]) => words.test(promise.name_zh));
    const division = countyOf(promise.name_zh);
    const bureau = world.bureauOf(division);
    const early = ['document', 'mechanism', 'mechanisms'].includes(promise.unit);
    const ends = promise.id === 'JDZ-P128' ? '2026-12-31' :
        promise.id === 'JDZ-P207'          ? '2028-12-31' :
        early                              ? `${2026 + (i % 3)}-12-31` :
        promise.id === 'JDZ-P003' ? '2035-12-31' :
                                    '2030-12-31';
    const begins = i % 5 === 3 ? '2026-07-01' : '2026-01-01';
    const steps = stepsOf(promise);
    const id = number('WT', 5, i + 1);
    const months = (Number(ends.slice(0, 4)) - Number(begins.slice(0, 4))) * 12 + 12 - Number(begins.slice(5, 7));
    // A fifth runs behind, a few are done; what is due after today is open.
    const behind = i % 9 === 4;
    const finished = early && i % 5 === 1;
    const due = (k) =>
        (k === steps.length - 1 ?
             ends :
             plus(monthOn(begins, Math.round((months * (k + 1)) / steps.length / (k === 0 ? 3 : 1))), 14));
    const done = (k) => finished   ? plus('2026-08-10', k * 20) :
        due(k) <= today && !behind ? plus(due(k), -random.whole(0, 12)) :
                                     undefined;
    const money = ['project', 'platform', 'network', 'survey', 'pilot'].includes(promise.unit) ?
        random.whole(12, 900) * 10 :
        undefined;
    world.add('plan-task', {
      id,
      promise: promise.id,
      chapter: promise.chapter,
      section: promise.section,
      clause: promise.evidence.replace(/^line \d+: /, ''),
      task: `${promise.name_zh}（示例）`,
      division,
      owner: lead ? unitOf(world, lead[1]) : bureau,
      helpers: lead ? [bureau] : undefined,
      begins_on: begins,
      due_on: ends,
      plan_due_on: promise.id === 'JDZ-P128' ? '2026-06-30' : ends,
      planned_10k: money,
      spent_10k: money === undefined ? undefined : Math.round(money * random.between(0, behind ? 0.1 : 0.35)),
      done_on: finished ? plus('2026-08-10', (steps.length - 1) * 20) : undefined,
      note: '示例：责任单位、时限、资金与进度均为虚构',
    });
    steps.forEach((name, k) => {
      const n = (world.registers.get('plan-milestone')?.length ?? 0) + 1;
      world.add('plan-milestone', {
        id: number('WM', 6, n),
        task: id,
        name: `${name}（示例）`,
        weight: Math.round(100 / steps.length),
        due_on: due(k),
        done_on: done(k),
        note: '示例',
      });
    });
  });
}

const kindOf = (name) => /预案|一策一图|一策/.test(name) ? 'contingency' :
    /办法/.test(name)                                          ? 'measure' :
    /手册/.test(name)                                          ? 'manual' :
    /规划/.test(name)                                          ? 'plan' :
                                                                   'scheme';

function makeDocuments(world, promises) {
  // The two evaluations of the plan (13.4) are papers too.
  const evaluations = ['JDZ-P207', 'JDZ-P208'];
  const documents = [
    ...promises.filter((promise) => promise.unit === 'document' && promise.kind === 'action'),
    ...promises.filter((promise) => evaluations.includes(promise.id)),
  ];
  documents.forEach((promise, i) => {
    const division = countyOf(promise.name_zh);
    const evaluation = evaluations.includes(promise.id);
    const issued = i % 3 === 0 && !evaluation ? plus('2026-04-20', i * 9) : undefined;
    world.add('plan-document', {
      id: number('WD', 5, i + 1),
      promise: promise.id,
      name: `${promise.name_zh}（示例）`,
      kind: evaluation ? 'report' : kindOf(promise.name_zh),
      division,
      owner: world.bureauOf(division),
      due_on: evaluation ? `${promise.target_year}-12-31` :
          i % 5 === 1 ? '2026-10-31' :
                        `${2026 + (i % 4)}-12-31`,
      issued_on: issued,
      number: issued ? `示例〔2026〕${i + 1}号` : undefined,
      revise_months: /一策/.test(promise.name_zh) ? 36 : undefined,
      note: '示例',
    });
  });
}

// promise, name, county, due, planned 10k, state, spent share, works per cent
const projects = [
  ['JDZ-P057', '非物质文化遗产信息公共服务平台', '360203', '2027-12-31', 860, 'building', 0.4, 45],
  ['JDZ-P067', '乐平工业园区LDAR信息管理平台', '360281', '2026-12-31', 320, 'building', 0.82, 85],
  ['JDZ-P090', '乐平市塔山工业园区污水处理厂', '360281', '2028-06-30', 18600, 'building', 0.42, 45],
  ['JDZ-P099', '乐平市坝口水利枢纽', '360281', '2030-12-31', 286000, 'approved', 0, 0],
  ['JDZ-P101', '乐平灌区省级试点', '360281', '2029-12-31', 42000, 'building', 0.21, 20],
  ['JDZ-P124', '中心城区生活垃圾分类设施', '360203', '2027-12-31', 9600, 'building', 0.66, 70],
  ['JDZ-P126', '区域性一般工业固废综合处置中心', '360222', '2029-06-30', 31000, 'planned', 0, 0],
  ['JDZ-P127', '建筑垃圾消纳场', '360202', '2026-09-30', 5200, 'building', 0.58, 61],
  ['JDZ-P128', '乐平市秸秆收贮中心', '360281', '2026-12-31', 1800, 'built', 1, 100],
  ['JDZ-P158', '濒危动植物种质资源保育基地', '360222', '2028-12-31', 6400, 'approved', 0, 0],
  ['JDZ-P178', '浮梁抽水蓄能电站', '360222', '2030-12-31', 768000, 'building', 0.12, 14],
  ['JDZ-P183', '高新区省级绿色低碳升级项目试点', '360202', '2028-12-31', 12000, 'building', 0.3, 32],
  ['JDZ-P198', '生态环境损害赔偿修复基地', '360222', '2027-06-30', 900, 'accepted', 1, 100],
  ['JDZ-P206', '乐平市乐安河流域EOD项目', '360281', '2030-06-30', 186000, 'building', 0.18, 19],
];
const projectSteps = {
  planned: [],
  approved: ['approve'],
  building: ['approve', 'begin'],
  built: ['approve', 'begin', 'build'],
  accepted: ['approve', 'begin', 'build', 'accept']
};

function makeProjects(world) {
  const {random, places} = world;
  projects.forEach(([promise, name, division, due, planned, state, share, works], i) => {
    const path = projectSteps[state];
    const at = (step, on) => (path.includes(step) ? on : undefined);
    const id = number('WP', 5, i + 1);
    world.add('plan-project', {
      id,
      promise,
      name: `${name}（示例）`,
      division,
      owner: world.bureauOf(division),
      task: world.registers.get('plan-task').find((task) => task.promise === promise)?.id,
      place: places.write(places.near(random, division, 0.08)),
      due_on: due,
      approved_on: at('approve', '2026-02-20'),
      begun_on: at('begin', '2026-04-08'),
      built_on: at('build', '2026-10-18'),
      accepted_on: at('accept', '2026-11-12'),
      planned_10k: planned,
      arrived_10k: path.includes('begin') ? Math.round(planned * Math.min(1, share + 0.1)) : undefined,
      spent_10k: path.includes('begin') ? Math.round(planned * share) : undefined,
      works_pct: path.includes('begin') ? works : undefined,
      state,
      opened: '2026-01-15',
      note: '示例',
    });
    ['2026-02-20', '2026-04-08', '2026-10-18', '2026-11-12']
        .slice(0, path.length)
        .forEach(
            (on, k) => world.steps.push(
                {register: 'plan-project', id, step: path[k], at: noon(on), who: '示例', why: '示例'}));
  });
}

const adjustments = [
  ['JDZ-P126', 'due', '2029-06-30', '2030-06-30', '选址调整，用地手续延后（示例）', 'consulting', ['consult']],
  ['JDZ-P103', 'content', null, null, '示范区位置按水生态调查结果优化（示例）', 'proposed', ['consult', 'propose']],
  [
    'JDZ-P128', 'due', '2026-06-30', '2026-12-31', '汛期影响施工（示例）', 'approved', ['consult', 'propose', 'approve']
  ],
];

function makeAdjustments(world) {
  adjustments.forEach(([promise, kind, from, to, reasons, state, path], i) => {
    const id = number('WA', 4, i + 1);
    const proposed = path.includes('propose');
    const approved = path.includes('approve');
    world.add('plan-adjustment', {
      id,
      promise,
      kind,
      division: '360200',
      task: world.registers.get('plan-task').find((task) => task.promise === promise)?.id,
      proposer: 'ZR0001',
      binding: false,
      old_value: from ?? '规划原文（示例）',
      new_value: to ?? '优化后的布局（示例）',
      old_due_on: from,
      new_due_on: to,
      reasons,
      opinions: proposed ? '各部门无不同意见（示例）' : undefined,
      proposed_on: proposed ? '2026-10-20' : undefined,
      approved_on: approved ? '2026-11-06' : undefined,
      approval: approved ? '示例市政府批复〔2026〕3号' : undefined,
      state,
      opened: '2026-09-28',
      note: '示例',
    });
    ['2026-10-08', '2026-10-20', '2026-11-06']
        .slice(0, path.length)
        .forEach(
            (on, k) => world.steps.push(
                {register: 'plan-adjustment', id, step: path[k], at: noon(on), who: '示例', why: '示例'}));
  });
}

// promise, year, county, value, unit, source, document, target from above
const values = [
  ['JDZ-P021', 2024, '360200', 92.4, '%', 'survey', '公众生态环境满意度调查通报', false],
  ['JDZ-P021', 2025, '360200', 93.1, '%', 'survey', '公众生态环境满意度调查通报', false],
  ['JDZ-P013', 2025, '360200', 2, '位', 'superior', '国考断面水质综合指数排名通报', false],
  ['JDZ-P042', 2030, '360200', 18, '%', 'superior', '碳排放强度目标分解通知', true],
  ['JDZ-P042', 2026, '360200', 3.4, '%', 'superior', '碳排放强度年度考核通报', false],
  ['JDZ-P043', 2024, '360200', 17.8, '%', 'statistics', '能源统计年报', false],
  ['JDZ-P043', 2025, '360200', 18.6, '%', 'statistics', '能源统计年报', false],
  ['JDZ-P077', 2030, '360200', 95, '%', 'superior', '声环境功能区夜间达标率目标通知', true],
  ['JDZ-P082', 2030, '360200', 100, '%', 'superior', '地表水考核目标通知', true],
  ['JDZ-P179', 2025, '360200', 27.5, '%', 'statistics', '能源统计年报', false],
  ['JDZ-P182', 2025, '360200', 41.2, '%', 'department', '住建部门年度报送', false],
  ['JDZ-P182', 2025, '360281', 36.9, '%', 'department', '住建部门年度报送', false],
];

function makeValues(world) {
  values.forEach(([promise, year_no, division, value, unit, source_kind, document, is_target], i) => {
    world.add('assessment-value', {
      id: number('WV', 6, i + 1),
      promise,
      year_no,
      division,
      value,
      unit,
      source_kind,
      document: `${document}（示例）`,
      received_on: plus('2026-03-10', i * 11),
      is_target,
      note: '示例：数值为虚构',
    });
  });
}

/** The milestones of a task that is one project's are that project's. */
function joinProjects(world) {
  for (const project of world.registers.get('plan-project'))
    for (const milestone of world.registers.get('plan-milestone'))
      if (milestone.task === project.task) milestone.project = project.id;
}

export function makePlanTasks(world) {
  const promises = tableOf(world.read('demo/plan/jingdezhen_plan.csv'));
  makeTasks(world, promises);
  makeDocuments(world, promises);
  makeProjects(world);
  joinProjects(world);
  makeAdjustments(world);
  makeValues(world);
}
