export const dutyZh: Record<string, string> = {
  'page.duty': '值守台',
}
