/** Has the browser save something under a name. */
export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The download has begun by then, or never will.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
