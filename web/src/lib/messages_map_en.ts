export const mapEn: Record<string, string> = {
}
