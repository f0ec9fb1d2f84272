export const reportsEn: Record<string, string> = {
  'page.reports': 'Reports',
}
