import type { TableColumn } from './virtual-table.tsx'

const arrows = { ascending: '▲', descending: '▼', none: '' } as const

/** The row of headings, which stays in sight; those that sort are buttons. */
export function TableHead<Row>({ columns }: { readonly columns: readonly TableColumn<Row>[] }) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ id, header, sort }) => (
          <th key={id} class={`column-${id}`} scope="col" aria-sort={sort?.state}>
            {sort === undefined ? (
              header
            ) : (
              <button type="button" onClick={sort.toggle}>
                {header}
                <span class="sort-arrow" aria-hidden="true">
                  {arrows[sort.state]}
                </span>
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  )
}
