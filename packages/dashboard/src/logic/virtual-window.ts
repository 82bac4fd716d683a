export interface WindowInput {
  readonly count: number
  readonly rowHeight: number
  readonly scrollTop: number
  readonly viewportHeight: number
  /** Rows beyond the visible ones on each side. */
  readonly overscan: number
  /** A row that stays, wherever it is: the one that has the focus. -1 for none. */
  readonly pinned: number
}

/** Rows to be in the document, and the height that stands for those between them. */
export type Segment =
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'gap'; readonly height: number; readonly before: number }

/** The part of a long list that is worth having in the document, from top to bottom. */
export function virtualWindow(input: WindowInput): Segment[] {
  const { count, rowHeight, viewportHeight, overscan, pinned } = input
  const scrollTop = Math.min(input.scrollTop, Math.max(0, count * rowHeight - viewportHeight))
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan)
  const end = Math.min(count, Math.ceil((scrollTop + viewportHeight) / rowHeight) + overscan)
  const segments: Segment[] = []
  let next = 0
  const row = (index: number) => {
    if (index > next)
      segments.push({ kind: 'gap', height: (index - next) * rowHeight, before: index })
    segments.push({ kind: 'row', index })
    next = index + 1
  }
  const isPinned = pinned >= 0 && pinned < count
  if (isPinned && pinned < first) row(pinned)
  for (let index = first; index < end; index++) row(index)
  if (isPinned && pinned >= end) row(pinned)
  if (next < count) segments.push({ kind: 'gap', height: (count - next) * rowHeight, before: -1 })
  return segments
}

/** Where to scroll so that a row can be seen whole: as little as it takes. */
export function scrollToShow(
  index: number,
  { rowHeight, scrollTop, viewportHeight }: Omit<WindowInput, 'count' | 'overscan' | 'pinned'>,
): number {
  const top = index * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - viewportHeight)
}
