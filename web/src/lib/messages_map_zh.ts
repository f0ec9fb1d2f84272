export const mapZh: Record<string, string> = {
}
