export const chartsZh: Record<string, string> = {
  'page.charts': '图表台',
}
