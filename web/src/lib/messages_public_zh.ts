export const publicZh: Record<string, string> = {
}
