export function findChromium(): string | undefined
export function ensureChromium(): Promise<string | undefined>
export const howToGetChromium: string
export function runInBrowser(config: string): Promise<void>
