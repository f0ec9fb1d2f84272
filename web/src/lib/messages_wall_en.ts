export const wallEn: Record<string, string> = {
  'page.wall': 'Wall',
}
