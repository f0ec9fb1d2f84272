export const chartsEn: Record<string, string> = {
  'page.charts': 'Charts',
}
