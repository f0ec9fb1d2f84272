export const publicEn: Record<string, string> = {
}
