import { Drawer } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { RowList } from '../../api/resources.ts';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { FilterBar } from '../../components/filter-bar.tsx';
import type { FilterField } from '../../components/filter-bar.tsx';
import type { Filters } from '../../components/filters.ts';
import { NothingMatches } from './nothing-matches.tsx';

interface OpeningListProps<T, Name extends string> {
  /** What the rows are, for those who hear the page. */
  readonly label: string;
  readonly list: RowList<T>;
  readonly columns: readonly Column<T>[];
  readonly filters: Filters<Name>;
  readonly fields: readonly FilterField<Name>[];
  /** Heading of what a row opens. */
  readonly title?: string;
  /** What a row opens beside the list; left out: rows cannot be opened. */
  readonly view?: (row: T, onDone: () => void) => ReactNode;
  readonly sort?: { readonly value: string; readonly choose: (value: string) => void };
  /** What stands here when there are no rows and no filter. */
  readonly empty: ReactNode;
  /** Buttons at the end of the filters. */
  readonly children?: ReactNode;
  readonly fill?: boolean;
}

/** A list with its filters whose rows open beside it, so that the reader keeps the place in the list. */
export function OpeningList<T extends { readonly id: string }, Name extends string>(
  props: OpeningListProps<T, Name>,
) {
  const { label, list, columns, filters, fields, title = '', view, sort, empty, children, fill } = props;
  const [openedId, setOpenedId] = useState<string>();
  // By its id: what was read again in the meantime shows as it is now.
  const opened = list.rows.find(({ id }) => id === openedId);
  const close = (): void => setOpenedId(undefined);
  return (
    <>
      <FilterBar filters={filters} fields={fields}>
        {children}
      </FilterBar>
      <DataTable
        label={label}
        list={list}
        columns={columns}
        rowId={({ id }) => id}
        {...(view === undefined ? {} : { onOpen: (row: T) => setOpenedId(row.id) })}
        {...(sort === undefined ? {} : { sort })}
        {...(fill === undefined ? {} : { fill })}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : empty}
      />
      {view !== undefined && (
        <Drawer
          opened={opened !== undefined}
          onClose={close}
          position="right"
          size="lg"
          title={title}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {opened !== undefined && view(opened, close)}
        </Drawer>
      )}
    </>
  );
}
