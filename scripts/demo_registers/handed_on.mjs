// What is handed over and driven to an end elsewhere: transfers, damage claims, orders to correct. All invented, all 示例.

import {noon, number, plus} from './random.mjs';

const takeSteps = (world, register, id, path, opened, each) => {
  path.forEach(
      (step, k) => world.steps.push({register, id, step, at: noon(plus(opened, k * each)), who: '示例', why: '示例'}));
};

// what, found by, handed to, body, division, found on, state, found to be
const transfers = [
  ['夜间废气治理设施停运', 'off-site', 'county', '属地县区分局', '360281', '2026-09-08', 'closed', 'true'],
  ['雨水口排放乳白色废水', 'complaint', 'county', '属地县区分局', '360222', '2026-09-21', 'closed', 'partly'],
  ['自动监测数据涉嫌造假', 'visit', 'detention', '市公安局', '360281', '2026-10-13', 'fed-back', null],
  ['非法倾倒釉料废渣', 'complaint', 'crime', '市公安局', '360222', '2026-10-20', 'disposing', null],
  ['工地扬尘反复超标', 'exceedance', 'bureau', '市住建局', '360202', '2026-11-12', 'sent', null],
  ['河道内堆放废瓷片', 'visit', 'bureau', '市水利局', '360203', '2026-11-24', 'approved', null],
  ['疑似夜间偷排', 'off-site', 'county', '属地县区分局', '360202', '2026-11-27', 'proposed', null],
  ['热点网格臭氧前体物偏高', 'off-site', null, null, '360281', '2026-11-28', 'found', null],
  ['传感器漂移引起的报警', 'off-site', 'county', '属地县区分局', '360202', '2026-10-05', 'kept', null],
];
const transferSteps = {
  found: [],
  proposed: ['propose'],
  approved: ['propose', 'approve'],
  sent: ['propose', 'approve', 'send'],
  disposing: ['propose', 'approve', 'send', 'take-up'],
  'fed-back': ['propose', 'approve', 'send', 'take-up', 'feed-back'],
  closed: ['propose', 'approve', 'send', 'take-up', 'feed-back', 'judge'],
  kept: ['propose', 'keep'],
};

function makeTransfers(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  transfers.forEach(([what, found_by, to, to_unit, division, found, state, truth], i) => {
    const id = number('XS', 6, i + 1);
    const path = transferSteps[state];
    const sent = path.includes('send');
    const police = to === 'crime' || to === 'detention';
    world.add('transfer', {
      id,
      what: `${what}（示例）`,
      found_by,
      found_on: found,
      facts: to ? `${what}，附现场与数据说明。（示例）` : undefined,
      enterprise: police || i === 0 ? firms.find((f) => f.division === division)?.code : undefined,
      division,
      place: places.write(places.near(random, division, 0.1)),
      to,
      to_unit: to_unit ? `${to_unit}（示例）` : undefined,
      owner: world.bureauOf(division),
      has_letter: sent ? true : undefined,
      has_report: sent ? true : undefined,
      has_goods: sent && police ? true : undefined,
      has_findings: sent && police ? true : undefined,
      has_evidence: sent && police ? true : undefined,
      accepted_on: path.includes('take-up') ? plus(found, 4) : undefined,
      reply_by: sent ? plus(found, 30) : undefined,
      result: path.includes('feed-back') ? '已查处并反馈（示例）' : undefined,
      truth,
      state,
      opened: found,
      note: '示例',
    });
    takeSteps(world, 'transfer', id, path, found, 1);
  });
}

// what, channel, media, division, happened on, state, damage in yuan, made good by
const claims = [
  ['釉料废渣倾倒致土壤受损', 'crime', ['soil', 'groundwater'], '360222', '2025-11-03', 'restoring', 486000, 'restore'],
  ['超标排放致河段受损', 'inspection', ['surface-water'], '360281', '2025-12-15', 'closed', 62000, 'instead'],
  ['毁林采瓷石', 'red-line', ['nature'], '360222', '2026-03-20', 'agreed', 238000, 'restore'],
  ['运输泄漏污染农田', 'incident', ['soil'], '360281', '2026-08-09', 'consulting', 95000, null],
  ['无组织排放致周边受损', 'petition', ['air'], '360202', '2026-10-26', 'checking', null, null],
];
const claimSteps = {
  checking: ['check'],
  consulting: ['check', 'file', 'invite'],
  agreed: ['check', 'file', 'invite', 'agree'],
  restoring: ['check', 'file', 'invite', 'agree', 'confirm'],
  closed: ['check', 'file', 'invite', 'agree', 'perform', 'done', 'close'],
};

/** A square of about 200 m around a point. */
const square = ([lon, lat], write) => {
  const d = 0.001;
  return [[-d, -d], [d, -d], [d, d], [-d, d], [-d, -d]].map(([x, y]) => write([lon + x, lat + y])).join(' ');
};

function makeClaims(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  claims.forEach(([what, channel, medium, division, happened, state, damage, repair], i) => {
    const id = number('PC', 5, i + 1);
    const path = claimSteps[state];
    const opened = plus(happened, 6);
    const at = (step, days) => (path.includes(step) ? plus(opened, days) : undefined);
    const agreed = path.includes('agree');
    world.add('damage-claim', {
      id,
      what: `${what}（示例）`,
      channel,
      medium,
      happened_on: happened,
      division,
      place: square(places.near(random, division, 0.1), places.write),
      enterprise: firms.find((f) => f.division === division)?.code,
      assessed_by: damage === null ? undefined : damage < 100000 ? 'simple' : 'appraisal',
      assessor: damage === null ? undefined : '评估单位（示例）',
      damage_yuan: damage,
      invited_on: at('invite', 60),
      meetings: agreed ? 2 : undefined,
      agreed_yuan: agreed ? damage : undefined,
      repair,
      notice_from: at('confirm', 150),
      notice_to: at('confirm', 181),
      account: agreed ? '财政专户（示例）' : undefined,
      paid_yuan: state === 'closed' ? damage : undefined,
      restore_by: agreed ? plus(opened, 420) : undefined,
      restored_on: at('done', 240),
      effect: state === 'closed' ? '修复效果达到目标（示例）' : undefined,
      published_on: at('close', 280),
      state,
      opened,
      note: '示例',
    });
    takeSteps(world, 'damage-claim', id, path, opened, 30);
  });
}

// firm, act, decided on, state, what was found, fine in yuan
const orders = [
  [0, '治理设施不正常运行', '2026-06-02', 'closed', 'good', 50000],
  [3, '危险废物贮存不规范', '2026-07-14', 'closed', 'good', 30000],
  [8, '未按许可证监测', '2026-09-07', 'watching', 'good', 20000],
  [12, '超标排放废水', '2026-10-09', 'going-on', 'going-on', 100000],
  [17, '无组织排放未收集', '2026-10-28', 'reported', null, 20000],
  [21, '台账记录不全', '2026-11-10', 'served', null, null],
  [26, '排放口标识缺失', '2026-11-25', 'decided', null, null],
];
const orderSteps = {
  decided: [],
  served: ['serve'],
  reported: ['serve', 'report'],
  'going-on': ['serve', 'found-going-on'],
  watching: ['serve', 'report', 'found-good'],
  closed: ['serve', 'report', 'found-good', 'hold'],
};

function makeOrders(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  orders.forEach(([firm, act, decided, state, recheck_result, fine_yuan], i) => {
    const id = number('GZ', 6, i + 1);
    const path = orderSteps[state];
    const served = path.includes('serve');
    world.add('rectification', {
      id,
      number: `示例责改〔2026〕${i + 1}号`,
      enterprise: firms[firm].code,
      act: `${act}（示例）`,
      place: places.write(places.near(random, firms[firm].division, 0.1)),
      decided_on: decided,
      served_on: served ? plus(decided, 2) : undefined,
      correct_by: served ? plus(decided, 24) : undefined,
      corrected_on: path.includes('report') ? plus(decided, 20) : undefined,
      rechecked_on: recheck_result ? plus(decided, 27) : undefined,
      recheck_result,
      fine_yuan,
      state,
      opened: decided,
      note: '示例',
    });
    takeSteps(world, 'rectification', id, path, plus(decided, 2), 9);
  });
}

export function makeHandedOn(world) {
  makeTransfers(world);
  makeClaims(world);
  makeOrders(world);
}
