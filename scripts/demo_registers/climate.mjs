// Climate risk and its duties, the network that watches the climate, projects that cut pollutants, green and beautiful
// titles, heritage.

import {enter, unitOf, walkOn} from './common.mjs';
import {plus} from './random.mjs';

function makeRisk(world) {
  const {random, places} = world;
  // name, kind, hazard, county, return period, people, assets, old and young, warning, works, plan
  const units = [
    ['昌江沿江老社区', 'community', 'flood', '360203', 6, 3200, 21000, 37, true, true, false],
    ['乐安河沿岸村', 'village', 'flood', '360281', 4, 1800, 6400, 41, true, false, false],
    ['御窑厂遗址周边', 'heritage', 'waterlogging', '360203', 3, 900, 68000, 22, true, false, true],
    ['陶溪川街区', 'community', 'heat', '360203', 2, 5600, 42000, 18, true, false, true],
    ['浮梁茶园片区', 'farmland', 'cold', '360222', 5, 420, 5200, 30, true, false, true],
    ['乐平蔬菜基地', 'farmland', 'drought', '360281', 7, 640, 9800, 33, true, true, true],
    ['瑶里山区村', 'village', 'landslide', '360222', 9, 380, 1600, 44, true, false, false],
    ['共产主义水库水源地', 'waterwork', 'drought', '360281', 12, 52000, 16000, 26, true, true, true],
    ['昌江区中学', 'school', 'heat', '360202', 2, 1600, 5200, 96, false, false, true],
    ['金竹山林区', 'forest', 'fire', '360222', 15, 60, 3800, 20, true, true, true],
    ['高新区园区', 'park', 'waterlogging', '360202', 11, 2600, 120000, 10, true, true, true],
    ['珠山老城小巷', 'community', 'cold', '360203', 20, 700, 1900, 36, false, false, false],
  ];
  units.forEach(
      (
          [
            name, kind, hazard, division, return_years, people, assets_10k, old_young_pct, has_warning, has_defence,
            has_plan
          ],
          i) => enter(world, 'climate-unit', 'TI', 5, {
        name: `${name}（示例）`,
        kind,
        hazard,
        division,
        place: places.write(places.near(random, division, 0.1)),
        return_years,
        people,
        assets_10k,
        old_young_pct,
        has_warning,
        has_defence,
        has_plan,
        assessed_on: plus('2026-03-10', i * 12)
      }));
  const duties = [
    ['沿江防洪墙加固', 'TI00001', '360203', '2027-06-30', 3, false, 'working', [['begin', '2026-05-06']]],
    ['预警信息到户', 'TI00002', '360281', '2026-10-31', 4, true, 'working', [['begin', '2026-04-20']]],
    ['雨水管网改造', 'TI00003', '360203', '2027-12-31', 2, false, 'assigned', []],
    [
      '避暑驿站与绿荫', 'TI00004', '360203', '2026-08-31', 3, true, 'done',
      [['begin', '2026-05-20'], ['finish', '2026-08-20']]
    ],
    ['山洪监测预警', 'TI00007', '360222', '2027-04-30', 4, true, 'assigned', []],
    ['农业气象服务与保险', null, '360281', '2026-12-31', null, false, 'working', [['begin', '2026-06-01']]],
  ];
  duties.forEach(([task, unit, division, due_on, before_mark, micro, state, path]) => {
    const row = enter(world, 'adaptation-duty', 'TJ', 5, {
      task: `${task}（示例）`,
      unit,
      division,
      owner: world.bureauOf(division),
      due_on,
      before_mark,
      micro,
      done_on: path.find(([step]) => step === 'finish')?.[1],
      state,
      opened: '2026-04-02'
    });
    walkOn(world, 'adaptation-duty', row.id, path);
  });
}

function makeNetwork(world) {
  const {random, places} = world;
  const station = (name, kind, division, since_on, more = {}) => enter(world, 'climate-station', 'TK', 4, {
    name: `${name}（示例）`,
    kind,
    division,
    place: places.write(places.near(random, division, 0.1)),
    since_on,
    operator: unitOf(world, '市气象部门'),
    ...more
  });
  station('瑶里温室气体站', 'ghg', '360222', '2026-02-01', {height_m: 50});
  station('市区温室气体站', 'ghg-city', '360203', '2026-03-01', {height_m: 25});
  station('玉田湖湿地通量塔', 'flux', '360202', '2026-01-15', {height_m: 12});
  station('景德镇国家气象站', 'weather', '360202', '2020-01-01', {site: 'air.2345A', property: 'air-temperature'});
  station('乐平区域气象站', 'weather', '360281', '2022-01-01');
  station('浮梁茶树物候点', 'phenology', '360222', '2025-03-01');
  const check = (stationId, gas, done_on, nominal, reading) => enter(world, 'ghg-check', 'TL', 6, {
    station: stationId,
    gas,
    done_on,
    cylinder: `示例瓶${gas}`,
    scale: {co2: 'WMO-CO2-X2019', ch4: 'WMO-CH4-X2004A', n2o: 'WMO-N2O-X2006A'}[gas],
    cylinder_until: '2028-06-30',
    nominal,
    reading,
    who_did: '操作员甲'
  });
  check('TK0001', 'co2', '2026-10-08', 428.12, 428.06);
  check('TK0001', 'co2', '2026-11-06', 428.12, 428.17);
  check('TK0001', 'ch4', '2026-11-06', 1986.4, 1987.1);
  check('TK0001', 'ch4', '2026-11-20', 1986.4, 1989.2);
  check('TK0002', 'co2', '2026-09-02', 428.12, 428.74);
  check('TK0003', 'co2', '2026-08-18', 428.12, 428.9);
}

function makeReductions(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  // name, pollutant, period, county, firm, done, declared, hours, flow, after, state; before follows from what was cut
  const rows = [
    ['建筑陶瓷窑炉脱硝（一期）', 'nox', '14', '360222', 12, '2022-10-30', 320, 7200, 420000, 60, 'counted'],
    ['水泥窑低氮燃烧', 'nox', '14', '360281', 5, '2023-11-12', 245, 7400, 310000, 100, 'counted'],
    ['热电锅炉脱硝提效', 'nox', '14', '360202', 26, '2024-09-20', 150, 6800, 520000, 45, 'counted'],
    ['精细化工废气焚烧', 'vocs', '14', '360281', 0, '2022-12-18', 900, 8000, 92000, 50, 'counted'],
    ['制药密闭与冷凝', 'vocs', '14', '360222', 18, '2023-12-10', 556, 7600, 64000, 40, 'counted'],
    ['航空涂装沸石转轮', 'vocs', '14', '360202', 23, '2025-06-16', 400, 6000, 110000, 30, 'counted'],
    ['城市污水厂提标', 'cod', '14', '360200', 36, '2022-11-30', 1800, 8760, 6200, 30, 'counted'],
    ['乐平污水厂扩建', 'cod', '14', '360281', 7, '2024-08-28', 1054, 8760, 3400, 40, 'counted'],
    ['浮梁污水厂与管网', 'cod', '14', '360222', 20, '2025-10-20', 600, 8760, 1900, 40, 'counted'],
    ['城市污水厂脱氮', 'nh3n', '14', '360200', 36, '2022-11-30', 220, 8760, 6200, 1.5, 'counted'],
    ['乐平污水厂脱氮', 'nh3n', '14', '360281', 7, '2024-08-28', 140, 8760, 3400, 2, 'counted'],
    ['浮梁污水厂脱氮', 'nh3n', '14', '360222', 20, '2025-10-20', 78, 8760, 1900, 2, 'counted'],
    ['卫浴陶瓷窑炉脱硝', 'nox', '15', '360222', 14, '2026-08-20', 46, 7000, 120000, 55, 'counted'],
    ['焦化干熄焦与脱硝', 'nox', '15', '360281', 4, null, 130, 8000, 260000, 80, 'building'],
    ['农药废气深度治理', 'vocs', '15', '360281', 1, '2026-09-18', 120, 7800, 48000, 40, 'done'],
    ['塔山园区污水厂', 'cod', '15', '360281', 7, null, 420, 8760, 2000, 40, 'planned'],
    ['鱼山园区脱氮', 'nh3n', '15', '360222', 19, '2026-06-30', 12, 8000, 400, 2, 'counted'],
    ['老旧锅炉淘汰', 'nox', '15', '360202', 26, null, 18, 4000, 60000, 0, 'planned'],
  ];
  const paths = {planned: [], building: ['begin'], done: ['begin', 'finish'], counted: ['begin', 'finish', 'audit']};
  rows.forEach(([name, pollutant, period, division, firm, done_on, declared_t, hours_a, flow, after, state], i) => {
    const per = ['nox', 'vocs'].includes(pollutant) ? 1e9 : 1e6;
    // Half a per cent more than declared was cut; one project of the new period declared too much.
    const cut = declared_t * (i === 14 ? 0.9 : 1.005);
    const row = enter(world, 'reduction-project', 'TM', 5, {
      name: `${name}（示例）`,
      pollutant,
      kind: i === 17 ? 'structure' : 'engineering',
      period,
      division,
      enterprise: firms[firm].code,
      owner: world.bureauOf(division),
      place: places.write(places.near(random, division, 0.06)),
      due_on: done_on ? plus(done_on, 20) :
          i === 17    ? '2026-10-31' :
                        '2027-12-31',
      done_on,
      hours_a,
      flow_before_m3_h: flow,
      flow_after_m3_h: flow,
      before_mg_m3: Math.ceil((after + cut * per / flow / hours_a) * 1000) / 1000,
      after_mg_m3: after,
      declared_t,
      invest_10k: Math.round(declared_t * random.between(2.5, 6)),
      state,
      opened: period === '14' ? '2021-06-01' : '2026-02-10'
    });
    walkOn(
        world, 'reduction-project', row.id,
        paths[state].map(
            (step,
             k) => [step, k === 0 ? (period === '14' ? '2022-01-15' : '2026-03-10') : plus(done_on, (k - 1) * 25)]));
  });
}

function makeTitles(world) {
  const {random, places} = world;
  const firms = world.registers.get('enterprise');
  const title = (subject, kind, level, division, awarded_on, more = {}) => {
    const row = enter(world, 'green-title', 'TO', 5, {
      subject: `${subject}（示例）`,
      kind,
      level,
      division,
      place: places.write(places.near(random, division, 0.08)),
      applied_on: plus(awarded_on, -160),
      awarded_on,
      document: '示例公布文号',
      state: 'awarded',
      opened: plus(awarded_on, -160),
      ...more
    });
    walkOn(world, 'green-title', row.id, [['recommend', plus(awarded_on, -90)], ['award', awarded_on]]);
    if (more.rechecked_on) walkOn(world, 'green-title', row.id, [['recheck', more.rechecked_on]]);
  };
  // Nineteen factories of the province or above by the end of 2025, three more in 2026, as the plan's baseline has
  // nineteen.
  const years = [
    2019, 2020, 2020, 2021, 2021, 2021, 2022, 2022, 2022, 2022, 2023,
    2023, 2023, 2023, 2024, 2024, 2024, 2025, 2025, 2026, 2026, 2026
  ];
  const order = [12, 13, 4, 5, 15, 14, 26, 0, 2, 16, 17, 23, 24, 18, 25, 27, 9, 1, 19, 22, 30, 39];
  order.forEach(
      (i, k) => title(
          firms[i].name.replace('（示例）', ''), 'factory', 'provincial', firms[i].division,
          `${years[k]}-0${5 + (k % 4)}-1${k % 10}`, {
            enterprise: firms[i].code,
            rechecked_on: years[k] <= 2022 && k !== 5 ? `${years[k] + (years[k] <= 2019 ? 6 : 3)}-09-1${k % 10}` :
                                                        undefined,
            s_infrastructure: random.whole(84, 96),
            s_management: random.whole(82, 95),
            s_input: random.whole(82, 95),
            s_product: random.whole(84, 96),
            s_emission: random.whole(86, 97),
            s_performance: random.whole(85, 96)
          }));
  for (const [i, on] of [[12, '2021-12-20'], [15, '2023-12-18'], [25, '2025-12-16']])
    title(
        firms[i].name.replace('（示例）', ''), 'factory', 'national', firms[i].division, on,
        {enterprise: firms[i].code, rechecked_on: on < '2022' ? '2024-12-10' : undefined});
  for (const [i, s] of [[8, 78], [32, 90]]) {
    enter(world, 'green-title', 'TO', 5, {
      subject: firms[i].name,
      kind: 'factory',
      level: 'provincial',
      division: firms[i].division,
      enterprise: firms[i].code,
      applied_on: i === 8 ? '2026-09-20' : '2026-11-10',
      s_infrastructure: s,
      s_management: s,
      s_input: s,
      s_product: s,
      s_emission: s,
      s_performance: s,
      state: 'applied',
      opened: '2026-09-20'
    });
  }
  title('高新区工业园区', 'park', 'national', '360202', '2021-11-20', {park: 'high-tech', rechecked_on: '2024-12-02'});
  title('陶瓷工业园区', 'park', 'provincial', '360222', '2022-12-10', {park: 'ceramic', rechecked_on: '2025-12-06'});
  title(
      '乐平工业园区', 'park', 'provincial', '360281', '2023-11-16',
      {park: 'leping-industrial', rechecked_on: '2026-11-02'});
  const zero = enter(world, 'green-title', 'TO', 5, {
    subject: '高新区零碳园区（示例）',
    kind: 'zero-park',
    level: 'provincial',
    division: '360202',
    park: 'high-tech',
    applied_on: '2026-08-12',
    state: 'recommended',
    opened: '2026-08-12'
  });
  walkOn(world, 'green-title', zero.id, [['recommend', '2026-10-16']]);
  title('浮梁县', 'village-county', 'provincial', '360222', '2024-12-20');
  title('珠山区', 'village-county', 'provincial', '360203', '2025-12-18');
  enter(world, 'green-title', 'TO', 5, {
    subject: '浮梁县（示例）',
    kind: 'village-pioneer',
    level: 'provincial',
    division: '360222',
    applied_on: '2026-10-28',
    state: 'applied',
    opened: '2026-10-28'
  });
  const cells = [['cell-village', 7, '村庄'], ['cell-factory', 5, '工厂'], ['cell-school', 3, '学校']];
  const counties = ['360222', '360281', '360222', '360202', '360203', '360281', '360222'];
  for (const [kind, count, word] of cells)
    for (let k = 0; k < count; ++k)
      title(`美丽${word}${k + 1}号`, kind, 'provincial', counties[k], `202${4 + (k % 2)}-06-05`);
  title('美丽村庄8号', 'cell-village', 'provincial', '360281', '2026-06-05');
  title('景德镇市', 'eco-demo', 'national', '360200', '2021-10-14', {rechecked_on: '2025-09-10'});
  title('浮梁县', 'eco-demo', 'national', '360222', '2019-11-16', {rechecked_on: '2025-09-10'});
  title('浮梁县', 'two-mountains', 'national', '360222', '2018-12-15', {rechecked_on: '2023-12-01'});
  title(
      firms[26].name.replace('（示例）', ''), 'synergy', 'provincial', '360202', '2024-10-12',
      {enterprise: firms[26].code});
  title(
      firms[4].name.replace('（示例）', ''), 'synergy', 'provincial', '360281', '2024-10-12',
      {enterprise: firms[4].code});
  title('玉田湖湿地碳汇监测', 'wetland-demo', 'provincial', '360202', '2024-08-20');
  title('昌江城区段湿地资源交易修复', 'wetland-demo', 'provincial', '360203', '2025-03-12');
  for (let year_no = 2020; year_no <= 2026; ++year_no)
    enter(
        world, 'title-year', 'TP', 5,
        {year_no, until_on: `${year_no}-12-31`, division: '360200', factory_target: {2025: 19, 2026: 21}[year_no]});
  for (const division of ['360202', '360203', '360222', '360281'])
    enter(world, 'title-year', 'TP', 5, {year_no: 2026, until_on: '2026-12-31', division});
  // name, water, county, class, goal, flow, buffer, satisfied, built on
  const waters = [
    ['昌江浮梁段', 'changjiang', '360222', 2, 2, 99, 91, 94, '2024-12-20'],
    ['昌江城区段', 'changjiang', '360203', 2, 2, 98, 86, 92, '2025-12-20'],
    ['乐安河乐平段', 'leanhe', '360281', 2, 2, 97, 82, 89, '2025-12-20'],
    ['共产主义水库', 'gongchanzhuyi', '360281', 2, 2, 100, 95, 96, '2023-12-20'],
    ['南河城区段', 'nanhe', '360203', 3, 2, 96, 74, 86, null],
    ['西河', 'xihe', '360202', 2, 3, 95, 83, 88, '2026-10-30'],
    ['潘溪河', 'panxihe', '360222', 3, 3, 91, 66, 81, null],
    ['玉田湖', 'yutianhu', '360202', 3, 3, 100, 88, 90, '2026-10-30'],
    ['老南河', 'laonanhe', '360203', 4, 3, 80, 58, 72, null],
    ['玉田水库', 'yutianshuiku', '360202', 2, 2, 100, 93, 91, null],
  ];
  waters.forEach(([name, water, division, class_no, class_goal, flow_pct, buffer_pct, satisfied_pct,
                   built_on]) => enter(world, 'beautiful-water', 'TQ', 4, {
                   name: `${name}（示例）`,
                   water,
                   division,
                   place: places.write(places.near(random, division, 0.08)),
                   class_no,
                   class_goal,
                   flow_pct,
                   buffer_pct,
                   satisfied_pct,
                   built_on,
                   document: built_on ? '示例认定文号' : undefined,
                   case_level: name === '共产主义水库' ? 'provincial' : undefined
                 }));
}

function makeHeritage(world) {
  const {random, places} = world;
  const items = [
    ['手工制瓷技艺', 'craft', 'national', '360203', '就地取材、瓷土分级使用、柴窑余热利用'],
    ['传统瓷窑作坊营造技艺', 'building', 'national', '360202', '窑砖循环使用、因山就势'],
    ['赣剧', 'opera', 'national', '360281', null],
    ['瑶里茶制作技艺', 'tea', 'provincial', '360222', '茶林间作、山地水土保持'],
    ['高岭瓷土开采加工技艺', 'craft', 'provincial', '360222', '尾砂回填、水碓节能'],
    ['乐平古戏台营造技艺', 'building', 'national', '360281', '木材干燥与榫卯再利用'],
    ['佛印传说', 'literature', 'city', '360222', null],
  ];
  items.forEach(([name, kind, level, division, wisdom]) => enter(world, 'heritage-item', 'UI', 4, {
                  name: `${name}（示例）`,
                  kind,
                  level,
                  division,
                  place: places.write(places.near(random, division, 0.08)),
                  listed_on: '2015-06-01',
                  protector: '保护单位（示例）',
                  wisdom: wisdom ? `${wisdom}（示例）` : undefined
                }));
  // item, level, pupils, assessed on, result
  const bearers = [
    [1, 'national', 12, '2026-06-10', 'excellent'], [1, 'provincial', 6, '2026-06-12', 'good'],
    [2, 'provincial', 3, '2025-10-20', 'good'], [3, 'provincial', 8, '2026-07-02', 'good'],
    [3, 'city', 2, '2026-07-02', 'good'], [4, 'provincial', 5, '2026-08-16', 'good'],
    [4, 'city', 0, '2026-08-16', 'poor'], [5, 'city', 1, '2026-09-01', 'good'],
    [6, 'provincial', 4, '2026-05-22', 'good'], [6, 'city', 2, '2026-05-22', 'good']
  ];
  bearers.forEach(([item, level, pupils, assessed_on, result], i) => {
    const row = enter(world, 'heritage-bearer', 'UJ', 5, {
      name: `传承人${i + 1}（示例）`,
      item: `UI000${item}`,
      level,
      recognised_on: '2018-05-10',
      pupils,
      activities: 6,
      assessed_on,
      result,
      poor_years: result === 'poor' ? 1 : 0,
      state: 'recognised',
      opened: '2018-03-01'
    });
    walkOn(world, 'heritage-bearer', row.id, [['recognise', '2018-05-10'], ['assess', assessed_on]]);
  });
  const records = [
    ['拉坯工序影像', 1, 'film', 'open', 'published'], ['釉料配方文本', 1, 'text', 'secret', 'withheld'],
    ['柴窑结构三维模型', 2, 'model', 'open', 'published'], ['赣剧高腔录音', 3, 'sound', 'consent', 'stored'],
    ['采茶与炒制影像', 4, 'film', 'consent', 'published'], ['瓷土矿点图层', 5, 'map', 'open', 'stored'],
    ['古戏台测绘图', 6, 'photo', 'open', 'published']
  ];
  records.forEach(([name, item, media, secrecy, state], i) => {
    const row = enter(world, 'heritage-record', 'UK', 6, {
      name: `${name}（示例）`,
      item: `UI000${item}`,
      bearer: secrecy === 'consent' ? (item === 3 ? 'UJ00004' : 'UJ00006') : undefined,
      media,
      made_on: plus('2026-02-10', i * 21),
      by_whom: '采集单位（示例）',
      secrecy,
      consent_on: item === 4 ? '2026-05-20' : undefined,
      url: state === 'published' ? '示例网址' : undefined,
      checksum: `${'0'.repeat(63)}${i + 1}`,
      state,
      opened: plus('2026-02-12', i * 21)
    });
    walkOn(
        world, 'heritage-record', row.id,
        {stored: [],
         published: [['publish', plus('2026-03-20', i * 21)]],
         withheld: [['withhold', '2026-04-02']]}[state]);
  });
}

export function makeClimate(world) {
  makeRisk(world);
  makeNetwork(world);
  makeReductions(world);
  makeTitles(world);
  makeHeritage(world);
}
