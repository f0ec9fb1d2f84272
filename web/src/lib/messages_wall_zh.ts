export const wallZh: Record<string, string> = {
  'page.wall': '大屏',
}
