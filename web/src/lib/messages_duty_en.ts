export const dutyEn: Record<string, string> = {
  'page.duty': 'Duty desk',
}
