export const reportsZh: Record<string, string> = {
  'page.reports': '报告',
}
