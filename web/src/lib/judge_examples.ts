// Values to begin with, for the rules asked most often. What they are judged to be is the server's to say.

import type { InputRow, JudgeForm } from './judge_form'

const rows = (values: Record<string, string>): InputRow[] => Object.entries(values).map(([name, value]) => ({ name, value, unit: '' }))

export const examples: Omit<JudgeForm, 'edition'>[] = [
  { rule: 'aqi-hourly', date: '2024-06-01', given: {}, rows: rows({ 'PM2.5': '35', PM10: '72', SO2: '9', NO2: '28', CO: '0.7', O3: '186' }) },
  { rule: 'ambient-air', date: '2024-06-01', given: { zone: '2', averaging: '24h' }, rows: rows({ 'PM2.5': '58', PM10: '92', SO2: '11', NO2: '34', CO: '1.1' }) },
  { rule: 'water-class', date: '2024-06-01', given: { water_body: 'river' }, rows: rows({ pH: '7.4', DO: '6.8', CODMn: '3.2', 'NH3-N': '0.62', TP: '0.12', Hg: '<0.00004' }) },
  { rule: 'groundwater-class', date: '2024-06-01', given: {}, rows: rows({ pH: '7.2', 'NH3-N': '0.3', As: '0.02', 总硬度: '300', 硝酸盐: '12' }) },
  { rule: 'stack-ceramic', date: '2024-06-01', given: { process: 'kiln', oxygen_percent: '18.5', state: 'measured' }, rows: rows({ PM: '14', SO2: '22', NOx: '96' }) },
  { rule: 'noise-zone', date: '2024-06-01', given: { zone: '2', period: 'night' }, rows: rows({ Leq: '51.2' }) },
]
