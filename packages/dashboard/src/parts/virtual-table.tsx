import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { rowAfterKey } from '../logic/row-keys.ts'
import { scrollToShow, virtualWindow } from '../logic/virtual-window.ts'
import { TableHead } from './table-head.tsx'

export interface TableColumn<Row> {
  readonly id: string
  readonly header: string
  readonly cell: (row: Row) => ComponentChildren
  readonly sort?: {
    readonly state: 'ascending' | 'descending' | 'none'
    readonly toggle: () => void
  }
}

interface VirtualTableProps<Row> {
  readonly label: string
  /** Names the widths of the columns in the style sheet. */
  readonly kind: string
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly columns: readonly TableColumn<Row>[]
  /** The row whose details are shown. */
  readonly selected?: string | undefined
  readonly onOpen?: (row: Row) => void
  readonly rowClass?: (row: Row) => string
}

/** As the style sheet has it. */
const rowHeight = 32
const overscan = 8

/**
 * A table of any length of which a screenful is in the document. One row can be reached by Tab;
 * arrows, Page, Home and End go to others, Enter opens one.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, kind, rows, keyOf, columns, selected, onOpen, rowClass } = props
  const box = useRef<HTMLDivElement>(null)
  const size = useSignal({ scrollTop: 0, viewportHeight: 600 })
  const active = useSignal<string | undefined>(undefined)
  const takesFocus = useRef(false)

  const wanted = active.value ?? selected
  const found = wanted === undefined ? -1 : rows.findIndex((row) => keyOf(row) === wanted)
  const activeIndex = found === -1 && rows.length > 0 ? 0 : found
  const pinned = found
  const segments = virtualWindow({ ...size.value, count: rows.length, rowHeight, overscan, pinned })

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = () => {
      const viewportHeight = Math.max(rowHeight, element.clientHeight - rowHeight)
      size.value = { scrollTop: element.scrollTop, viewportHeight }
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [size])

  useLayoutEffect(() => {
    if (!takesFocus.current) return
    takesFocus.current = false
    box.current?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus({ preventScroll: true })
  })

  const moveTo = (index: number): void => {
    const bounded = Math.max(0, Math.min(rows.length - 1, index))
    const row = rows[bounded]
    if (row === undefined) return
    takesFocus.current = true
    active.value = keyOf(row)
    const scrollTop = scrollToShow(bounded, { ...size.value, rowHeight })
    box.current?.scrollTo({ top: scrollTop })
  }
  const page = Math.max(1, Math.floor(size.value.viewportHeight / rowHeight) - 1)
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[activeIndex]
    const target = rowAfterKey(event.key, activeIndex, page, rows.length)
    if (target !== undefined) moveTo(target)
    else if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) onOpen?.(row)
    else return
    event.preventDefault()
  }

  return (
    <div class="table-box" ref={box}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are walked with the arrow keys
        role="grid"
        class={`table table-${kind}`}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
      >
        <TableHead columns={columns} />
        <tbody onKeyDown={onKeyDown}>
          {segments.map((segment) => {
            if (segment.kind === 'gap') {
              const { before, height } = segment
              return <Gap key={`gap ${before}`} height={height} />
            }
            const row = rows[segment.index]
            if (row === undefined) return null
            const key = keyOf(row)
            return (
              <tr
                key={`row ${key}`}
                class={rowClass?.(row)}
                tabindex={segment.index === activeIndex ? 0 : -1}
                aria-rowindex={segment.index + 2}
                aria-selected={onOpen === undefined ? undefined : key === selected}
                onFocus={() => {
                  active.value = key
                }}
                onClick={() => onOpen?.(row)}
              >
                {columns.map(({ id, cell }) => (
                  <td key={id} class={`column-${id}`}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** One cell: one across all columns would bring those back that are not shown for want of room. */
function Gap({ height }: { readonly height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it has no tabindex
    <tr class="gap" aria-hidden="true">
      <td style={{ height: `${height}px` }} />
    </tr>
  )
}
