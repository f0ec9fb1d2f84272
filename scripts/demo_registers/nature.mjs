// Nature: clues, red line and reserves, scores, mines, carbon stocks, species, invasive species, trees and rescued
// animals. All invented.

import {plus, Random} from './random.mjs';
import {enter, square, walk} from './walk.mjs';

const counties = ['360202', '360203', '360222', '360281'];
const county = {
  360202: '昌江区',
  360203: '珠山区',
  360222: '浮梁县',
  360281: '乐平市'
};

function makeClues(world, random) {
  const {places} = world;
  // what, source, zone, deed, county, received, area, state, ruling
  const clues = [
    ['疑似林地采石', 'nation', 'park', 'quarry', '360222', '2026-03-10', 1.26, 'watching', 'harm'],
    ['疑似扩建民宿', 'province', 'general', 'tourism', '360222', '2026-06-16', 0.18, 'restoring', 'harm'],
    ['矿区外扩', 'nation', 'red-line', 'works', '360281', '2026-08-04', 2.4, 'restoring', 'harm'],
    ['河滩毁湿', 'own', 'shore', 'felling', '360202', '2026-09-18', 0.62, 'checking', 'harm'],
    ['林道新开', 'nation', 'red-line', 'road', '360222', '2026-10-09', 0.35, 'verified', null],
    ['小水电引水渠', 'province', 'core', 'hydro', '360222', '2026-11-02', 0.2, 'received', null],
    ['养殖大棚', 'report', 'other', 'farm', '360281', '2026-11-16', 0.9, 'received', null],
    ['采伐迹地（有证）', 'nation', 'red-line', 'felling', '360222', '2026-05-11', 3.1, 'dismissed', 'lawful'],
    ['旧村落', 'nation', 'general', 'homes', '360222', '2026-04-20', 0.5, 'dismissed', 'history'],
    ['堆料场', 'own', 'shore', 'works', '360203', '2025-11-12', 0.44, 'closed', 'harm']
  ];
  const path = {
    received: [],
    verified: ['verify'],
    dismissed: ['verify', 'dismiss'],
    restoring: ['verify', 'order'],
    checking: ['verify', 'order', 'report'],
    watching: ['verify', 'order', 'report', 'accept'],
    closed: ['verify', 'order', 'report', 'accept', 'hold']
  };
  clues.forEach(([what, clue_source, zone, deed, division, received_on, spot_ha, state, ruling], i) => {
    const going = path[state];
    const restored = going.includes('report');
    const id = enter(world, 'nature-clue', 'FU', 5, {
      what: `${what}（示例）`,
      spot_no: `JX-${division}-${String(i + 1).padStart(3, '0')}`,
      clue_source,
      zone,
      deed,
      division,
      place: places.write(places.near(random, division, 0.2)),
      received_on,
      image_on: plus(received_on, -45),
      spot_ha,
      verified_on: going.includes('verify') ? plus(received_on, i === 2 ? 24 : 9) : undefined,
      facts: going.includes('verify') ? '已到现场核实（示例）' : undefined,
      ruling,
      harmed_ha: ruling === 'harm' ? Number((spot_ha * 0.9).toFixed(4)) : undefined,
      duty_unit: going.includes('order') ? world.bureauOf(division) : undefined,
      restore_by: going.includes('order') ? plus(received_on, i === 2 ? 100 : 190) : undefined,
      restored_on: restored ? plus(received_on, 60) : undefined,
      restored_ha: restored ? Number((spot_ha * 0.9).toFixed(4)) : undefined,
      state,
      opened: received_on,
    });
    walk(world, 'nature-clue', id, going, plus(received_on, 9), 18);
  });
}

function makeRedLine(world, random) {
  const {places} = world;
  const areas = [
    ['瑶里自然保护地核心保护区', 'reserve-core', '360222', 3200, 0, true, 40, 40],
    ['瑶里自然保护地一般控制区', 'reserve-general', '360222', 8600, 0, true, 60, 52],
    ['昌江刺鲃种质资源保护区', 'germplasm', '360222', 1180, 120, false, 24, 18],
    ['乐平翠平湖自然公园', 'nature-park', '360281', 960, 0, true, 30, 30],
    ['昌江水源涵养红线', 'red-line', '360222', 45000, 0, true, null, 0],
    ['乐安河水土保持红线', 'red-line', '360281', 31000, 0, true, null, 0]
  ];
  const ids = areas.map(([name, kind, division, area_ha, overlap_ha, integrated, marks_planned, marks]) => {
    const area = enter(world, 'red-line-area', 'FV', 4, {
      name: `${name}（示例）`,
      kind,
      division,
      outline: square(places.near(random, division, 0.15), places.write, Math.sqrt(area_ha) / 2200),
      area_ha,
      overlap_ha,
      integrated,
      marks_planned: marks_planned === null ? undefined : Math.min(12, marks_planned),
      manager: world.bureauOf(division),
      approved_on: '2023-04-20'
    });
    const there = marks_planned === null ? 0 : Math.round((Math.min(12, marks_planned) * marks) / marks_planned);
    for (let i = 0; i < there; ++i)
      enter(world, 'boundary-mark', 'FW', 6, {
        mark_no: `H${String(i + 1).padStart(3, '0')}`,
        area,
        place: places.write(places.near(random, division, 0.2)),
        set_on: '2024-09-12',
        standing: i !== 4,
        seen_on: i === 7 ? '2025-06-02' : '2026-06-18'
      });
    return area;
  });
  const activities = [
    ['巡护步道修缮', 0, 'a01', 0.4, false, '2026-05-06', 'admitted', '2026-12-31'],
    ['县道避让困难段改线', 4, 'a06', 2.6, true, '2026-03-12', 'admitted', '2027-06-30'],
    ['科普宣教馆', 1, 'a05', 0.8, true, '2026-09-02', 'asked', null],
    ['竹林采伐经营', 4, 'a04', 36, false, '2026-01-15', 'done', '2026-09-30'],
    ['景区索道', 0, 'a05', 1.2, true, '2026-07-14', 'refused', null],
    ['地热勘查', 5, 'a07', 0.3, false, '2026-11-16', 'asked', null]
  ];
  const path = {asked: [], admitted: ['admit'], done: ['admit', 'end'], refused: ['refuse']};
  for (const [name, at, activity, land_ha, new_land, asked_on, state, until] of activities) {
    const id = enter(world, 'red-line-activity', 'FX', 5, {
      name: `${name}（示例）`,
      area: ids[at],
      activity,
      applicant: '申请单位（示例）',
      place: places.write(places.near(random, areas[at][2], 0.2)),
      land_ha,
      new_land,
      unavoidable: activity === 'a06',
      opinion: new_land && state === 'admitted' ? '省级认定意见示例1号' : undefined,
      asked_on,
      until,
      restored: state === 'done',
      state,
      opened: asked_on
    });
    walk(world, 'red-line-activity', id, path[state], plus(asked_on, 15), 200);
  }
}

function makeScores(world) {
  // division, then pattern, function, biodiversity and stress of three years
  const years = [
    ['360200', [76.1, 84.2, 71.3, 14.2], [76.4, 84.8, 71.9, 13.8], [76.6, 85.1, 72.4, 13.5]],
    ['360222', [82.3, 89.6, 78.2, 9.1], [82.4, 89.9, 78.8, 8.8], [82.6, 90.2, 79.4, 8.6]],
    ['360281', [72.2, 80.3, 66.4, 18.9], [71.1, 79.2, 65.2, 20.4], [71.4, 79.7, 65.8, 19.9]],
    ['360203', [48.1, 55.2, 50.1, 33.4], [48.6, 55.9, 50.4, 32.8], [49.9, 57.8, 51.9, 31.2]]
  ];
  for (const [division, ...values] of years)
    values.forEach(
        ([pattern, function_, biodiversity, stress], k) => enter(
            world, 'eqi-year', 'FY', 4,
            {division, year_no: 2023 + k, pattern, function: function_, biodiversity, stress, origin: '示例数据'}));
  const sheets = [
    [
      '2025年生态保护红线自评估', 'red-line', '全市生态保护红线', '360200', 2025, '2025-12-31', 'final',
      [['面积', '面积不减少', 40, 100], ['功能', '功能不降低', 35, 88], ['性质', '性质不改变', 25, 92]]
    ],
    [
      '2026年生态保护红线自评估', 'red-line', '全市生态保护红线', '360200', 2026, '2026-12-20', 'drafted',
      [['面积', '面积不减少', 40, 100], ['功能', '功能不降低', 35, 91]]
    ],
    [
      '2026年浮梁县县域生态环境质量综合评价', 'county', '浮梁县', '360222', 2026, '2026-11-20', 'submitted',
      [['自然生态', '林草覆盖与水网', 60, 93], ['环境状况', '水与大气', 40, 97]]
    ],
    [
      '2026年瑶里自然保护区成效评估', 'reserve', '瑶里自然保护地', '360222', 2026, '2027-03-31', 'drafted',
      [['保护对象', '主要保护对象', 50, 84], ['管理', '管理能力', 20, 55]]
    ]
  ];
  for (const [name, kind, subject, division, year_no, due_on, state, items] of sheets) {
    const opened = plus(due_on, -70);
    const sheet = enter(world, 'score-sheet', 'FZ', 4, {
      name: `${name}（示例）`,
      kind,
      subject: `${subject}（示例）`,
      division,
      year_no,
      due_on,
      conclusion: state === 'drafted' ? undefined : '总体稳定（示例）',
      stated: state === 'drafted' ?
          undefined :
          Number((items.reduce((sum, [, , weight, points]) => sum + weight * points, 0) / 100).toFixed(2)),
      use: state === 'final' ? '作为考核与资金分配依据（示例）' : undefined,
      state,
      opened
    });
    walk(
        world, 'score-sheet', sheet, {drafted: [], submitted: ['submit'], final: ['submit', 'fix']}[state],
        plus(opened, 30), 15);
    for (const [part, item, weight, points] of items)
      enter(world, 'score-item', 'GA', 6, {sheet, part, item: `${item}（示例）`, weight, points, basis: '示例'});
  }
}

function makeMines(world, random) {
  const {places} = world;
  const firms = world.registers.get('enterprise');
  // name, size, status, ore, county, green, in sight, disturbed, repaired
  const mines = [
    ['乐平铜岭铜矿', 'large', 'producing', 'copper', '360281', 'provincial', 'no', 42, 36],
    ['浮梁瑶岭钨铜矿', 'large', 'producing', 'tungsten', '360222', 'national', 'no', 28, 24],
    ['乐平金湾金矿', 'medium', 'producing', 'gold', '360281', 'building', 'no', 11, 6],
    ['高岭示例瓷土矿', 'medium', 'producing', 'kaolin', '360222', 'provincial', 'yes', 16, 14],
    ['三宝示例瓷石矿', 'medium', 'producing', 'kaolin', '360203', 'provincial', 'yes', 9, 8],
    ['涌丰石灰石矿', 'large', 'producing', 'other', '360281', 'none', 'no', 35, 18],
    ['鹅湖示例瓷石矿', 'small', 'paused', 'kaolin', '360222', 'none', 'no', 4, 1.5],
    ['昌江废弃采石场', 'small', 'orphan', 'other', '360202', 'none', 'yes', 6, 2.4],
    ['乐平废弃煤矿', 'medium', 'orphan', 'other', '360281', 'none', 'yes', 22, 22],
    ['浮梁废弃瓷土坑', 'small', 'orphan', 'kaolin', '360222', 'none', 'no', 3, 0.4]
  ];
  mines.forEach(([name, size, status, ore, division, green, in_sight, disturbed, restored], i) => {
    const owned = status !== 'orphan';
    const listed = green === 'provincial' || green === 'national';
    const mine = enter(world, 'mine', 'GB', 4, {
      name: `${name}（示例）`,
      enterprise: owned ? (firms.find((f) => f.division === division && /矿业|铜业/.test(f.name)) ??
                           firms.find((f) => f.division === division))
                              .code :
                          undefined,
      duty_unit: owned ? undefined : world.bureauOf(division),
      division,
      place: places.write(places.near(random, division, 0.2)),
      ore,
      size,
      status,
      licence_until: owned ? (i === 4 ? '2026-10-31' : '2031-06-30') : undefined,
      in_sight,
      green,
      green_on: listed ? '2025-09-30' : undefined,
      plan_there: owned ? i !== 5 : undefined,
      own_score: owned ? 84 + i : undefined,
      site_score: owned ? (i === 3 ? 72 : 83 + i) : undefined
    });
    for (const [image_on, share] of [['2025-11-20', 0.8], ['2026-10-25', 1]])
      enter(world, 'mine-image', 'GC', 5, {
        mine,
        image_on,
        satellite: '高分影像（示例）',
        disturbed_ha: Number((disturbed *
                              (status === 'producing' ? 0.9 + 0.1 * share :
                                   i === 7            ? 0.8 + 0.2 * share :
                                                        1))
                                 .toFixed(3)),
        restored_ha: Number((restored * share * 0.98).toFixed(3))
      });
  });
}

function makeCarbon(world, random) {
  const {places} = world;
  const plots = [
    ['瑶里阔叶林', 'forest', '360222', 5200, 62, 66], ['浮梁杉木林', 'forest', '360222', 3800, 38, 43],
    ['乐平马尾松林', 'forest', '360281', 4600, 29, 30.5], ['昌江毛竹林', 'forest', '360202', 1500, 24, 26],
    ['西河湾湿地', 'wetland', '360202', 86, 110, 112], ['翠平湖湿地', 'wetland', '360281', 240, 96, 95],
    ['玉田湖湿地', 'wetland', '360203', 52, 102, 103], ['昌江河漫滩', 'wetland', '360222', 130, 88, 90],
    ['乐平高标准农田', 'farmland', '360281', 9000, 34, 35.2]
  ];
  plots.forEach(([name, kind, division, area_ha, before, now], i) => {
    const plot = enter(world, 'stock-plot', 'GD', 5, {
      name: `${name}样地（示例）`,
      kind,
      cover: name,
      division,
      place: places.write(places.near(random, division, 0.15)),
      demonstration: i === 4
    });
    for (const [year_no, density] of [[2021, before], [2026, now]])
      enter(world, 'stock-measure', 'GE', 6, {
        plot,
        year_no,
        area_ha: i === 5 && year_no === 2026 ? area_ha - 3.5 : area_ha,
        biomass_t_ha: Number((density * (kind === 'forest' ? 0.75 : 0.1)).toFixed(3)),
        soil_t_ha: Number((density * (kind === 'forest' ? 0.6 : 0.9)).toFixed(3)),
        uncertain_pct: year_no === 2021 ? 6 : 3,
        area_uncertain_pct: 1.5
      });
  });
  for (const division of counties)
    for (const kind of ['forest', 'wetland'])
      if (plots.some(([, k, d]) => k === kind && d === division))
        enter(world, 'stock-account', 'GF', 4, {division, kind, year_no: 2026, base_year: 2021});
}

function makeSpecies(world, random) {
  const {places} = world;
  const list = [
    ['黑麂', 'Muntiacus crinifrons', 'mammal', 'first', true], ['云豹', 'Neofelis nebulosa', 'mammal', 'first', true],
    ['白鹤', 'Leucogeranus leucogeranus', 'bird', 'first', true], ['黑鹳', 'Ciconia nigra', 'bird', 'first', true],
    ['南方红豆杉', 'Taxus wallichiana var. mairei', 'plant', 'first', true],
    ['闽楠', 'Phoebe bournei', 'plant', 'second', true],
    ['光倒刺鲃', 'Spinibarbus hollandi', 'fish', 'provincial', false],
    ['鸳鸯', 'Aix galericulata', 'bird', 'second', false], ['白鹭', 'Egretta garzetta', 'bird', 'provincial', false],
    ['棘胸蛙', 'Quasipaa spinosa', 'amphibian', 'provincial', false]
  ];
  const ids = list.map(
      ([name, latin, group, grade, sensitive]) =>
          enter(world, 'species', 'GG', 5, {name: `${name}（示例）`, latin, group, grade, sensitive}));
  const routes =
      [
        ['瑶里红外相机样区', 'mammal', '360222', null, 90, '2026-10-12'],
        ['昌江水鸟样线', 'bird', '360202', 6, 30, '2026-11-18'],
        ['乐安河鱼类样线', 'fish', '360281', 8, 180, '2026-04-22'],
        ['浮梁两栖样线', 'amphibian', '360222', 3, 60, '2026-09-30']
      ]
          .map(
              ([name, group, division, length_km, interval_d, visited_on]) =>
                  [enter(
                       world, 'bio-route', 'GH', 4,
                       {name: `${name}（示例）`, group, division, length_km, interval_d, visited_on}),
                   group, division]);
  for (let i = 0; i < 24; ++i) {
    const at = i % list.length;
    const [, , group, , sensitive] = list[at];
    const route = routes.find(([, g]) => g === group);
    const division = route?.[2] ?? counties[(i * 3) % 4];
    const point = places.near(random, division, 0.2);
    const record = enter(world, 'species-record', 'GI', 6, {
      species: ids[at],
      seen_on: plus('2026-01-12', i * 13),
      division,
      n: random.whole(1, group === 'bird' ? 60 : 4),
      how: {mammal: 'camera', bird: 'seen', plant: 'seen', fish: 'specimen', amphibian: 'sound'}[group],
      route: route?.[0],
      place: sensitive ? undefined : places.write(point),
      recorder: `调查员${(i % 5) + 1}`,
      checked: i % 7 !== 3
    });
    if (sensitive)
      enter(
          world, 'rare-place', 'GJ', 6,
          {record, lon: Number(point[0].toFixed(5)), lat: Number(point[1].toFixed(5)), place: places.write(point)});
  }
}

function makeInvasive(world, random) {
  const {places} = world;
  // name, species, habitat, county, found, state, areas and days of surveys after it was found
  const patches = [
    ['鲇鱼山路旁', 'goldenrod', 'town', '360202', '2026-04-08', 'clearing', [[0, 600], [60, 900]]],
    ['乐安河故道', 'water-hyacinth', 'water', '360281', '2026-06-10', 'watching', [[0, 12000], [30, 21000], [75, 800]]],
    ['浮梁松林', 'pine-nematode', 'forest', '360222', '2026-09-22', 'confirmed', [[0, 45000]]],
    ['镇桥稻田', 'apple-snail', 'farmland', '360281', '2026-05-16', 'clearing', [[0, 30000], [45, 32000]]],
    ['西河湾湿地', 'alligator-weed', 'wetland', '360202', '2025-06-03', 'gone', [[0, 900], [40, 60], [390, 0]]],
    ['老南河岸', 'water-hyacinth', 'water', '360203', '2026-11-19', 'found', [[0, 400]]],
    ['三龙茶园', 'fire-ant', 'farmland', '360222', '2026-08-20', 'error', [[0, 50]]]
  ];
  const path = {
    found: [],
    error: ['reject'],
    confirmed: ['confirm'],
    clearing: ['confirm', 'begin'],
    watching: ['confirm', 'begin', 'cleared'],
    gone: ['confirm', 'begin', 'cleared', 'close']
  };
  for (const [name, kind, habitat, division, found_on, state, surveys] of patches) {
    const going = path[state];
    const begun = going.includes('begin');
    const id = enter(world, 'invasive-patch', 'GK', 5, {
      name: `${name}（示例）`,
      kind,
      habitat,
      division,
      place: places.write(places.near(random, division, 0.12)),
      found_on,
      duty_unit: going.includes('confirm') ? world.bureauOf(division) : undefined,
      way: begun ? (habitat === 'water' ? ['machine'] : ['hand']) : undefined,
      plan: begun ? '分区除治、跨季复查（示例）' : undefined,
      clear_by: begun ? plus(found_on, 120) : undefined,
      cleared_on: going.includes('cleared') ? plus(found_on, 40) : undefined,
      state,
      opened: found_on
    });
    for (const [after, area_m2] of surveys)
      enter(world, 'invasive-survey', 'GL', 6, {
        patch: id,
        surveyed_on: plus(found_on, after),
        area_m2,
        density: random.number(1, 30, 1),
        trees: kind === 'pine-nematode' ? 180 : undefined
      });
    walk(world, 'invasive-patch', id, going, plus(found_on, 4), 38);
  }
}

function makeTrees(world, random) {
  const {places} = world;
  const kinds = [
    ['樟', 620, 24], ['银杏', 380, 16], ['罗汉松', 540, 9], ['红豆杉', 310, 12], ['枫香', 180, 18], ['苦槠', 260, 20],
    ['桂花', 120, 8], ['金丝楠', 410, 15]
  ];
  for (let i = 0; i < 14; ++i) {
    const division = counties[i % 4];
    const [species, age, crown_m] = kinds[i % 8];
    const health = i === 5 ? 'dying' : i % 6 === 2 ? 'weak' : 'good';
    const tree = enter(world, 'heritage-tree', 'GM', 5, {
      name: `${county[division]}古${species}${i + 1}号（示例）`,
      plate_no: `36${division.slice(2)}${String(i + 1).padStart(5, '0')}`,
      species,
      age: age - i,
      famous: i === 6,
      division,
      village: `${county[division]}示例村`,
      place: places.write(places.near(random, division, 0.15)),
      height_m: random.number(9, 31, 1),
      girth_cm: random.whole(120, 520),
      crown_m,
      keeper: '村民委员会（示例）',
      health,
      rescue_plan: health === 'weak' ? '松土复壮、支撑加固（示例）' : undefined
    });
    for (const ago of i % 4 === 3 ? [420] : [40, 160])
      enter(
          world, 'tree-look', 'GN', 6,
          {tree, looked_on: plus('2026-11-29', -ago), health, pests: i % 5 === 1, intruded_m2: i === 4 ? 35 : 0});
  }
  for (const [name, kind, amount, endangered, first_pct, last_pct, tested_on] of [
           ['南方红豆杉', 'wild-plant', 320, true, 92, 86, '2024-03-01'],
           ['闽楠', 'tree', 540, true, 88, 71, '2023-05-10'], ['野大豆', 'wild-plant', 210, true, 96, 93, '2020-09-01'],
           ['光倒刺鲃亲鱼', 'fish', 160, false, 100, 98, '2026-04-02'],
           ['浮梁茶群体种', 'crop', 85, false, 90, 84, '2022-06-18']])
    enter(world, 'germplasm', 'GO', 5, {
      name: `${name}（示例）`,
      kind,
      division: '360222',
      kept_at: '濒危动植物种质资源保育基地（示例）',
      amount,
      endangered,
      first_pct,
      last_pct,
      tested_on
    });
  const rescues = [
    ['领角鸮', 'second', 1, '360203', '2026-09-12', 'ended', 'freed'],
    ['穿山甲', 'first', 1, '360222', '2026-10-28', 'taken', null],
    ['白鹇', 'second', 2, '360222', '2026-10-20', 'fit', null],
    ['小䴙䴘', 'none', 1, '360202', '2026-08-03', 'ended', 'died'],
    ['豹猫', 'second', 1, '360281', '2026-06-17', 'ended', 'freed']
  ];
  for (const [animal, grade, n, division, taken_on, state, outcome] of rescues) {
    const id = enter(world, 'wildlife-rescue', 'GP', 5, {
      animal: `${animal}（示例）`,
      grade,
      n,
      division,
      taken_on,
      cause: '受伤被群众送交（示例）',
      kept_by: state === 'taken' ? undefined : '市野生动物救护站（示例）',
      outcome,
      ended_on: outcome ? plus(taken_on, 18) : undefined,
      freed_n: outcome === 'freed' ? n : undefined,
      state,
      opened: taken_on
    });
    walk(
        world, 'wildlife-rescue', id, {taken: [], fit: ['recover'], ended: ['recover', 'end']}[state],
        plus(taken_on, 10), 8);
  }
}

export function makeNature(world) {
  const random = new Random(8101);
  makeClues(world, random);
  makeRedLine(world, random);
  makeScores(world);
  makeMines(world, random);
  makeCarbon(world, random);
  makeSpecies(world, random);
  makeInvasive(world, random);
  makeTrees(world, random);
}
