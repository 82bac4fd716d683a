export const chromium: string | undefined
export const howToGetChromium: string
