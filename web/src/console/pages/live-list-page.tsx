import { Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RowList } from '../../api/resources.ts';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { FilterBar } from '../../components/filter-bar.tsx';
import type { FilterField } from '../../components/filter-bar.tsx';
import type { Filters } from '../../components/filters.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { NothingMatches } from './nothing-matches.tsx';

interface LiveListPageProps<T, Name extends string> {
  readonly title: string;
  readonly says: string;
  readonly filters: Filters<Name>;
  readonly fields: readonly FilterField<Name>[];
  /** Whether new rows come in by themselves, and how that is changed. */
  readonly following: readonly [boolean, (isFollowing: boolean) => void];
  readonly list: RowList<T>;
  readonly columns: readonly Column<T>[];
  readonly hrefOf: (row: T) => string;
  /** What stands here when there are no rows and no filter. */
  readonly empty: ReactNode;
  /** What the address filters by beside the fields. */
  readonly children?: ReactNode;
}

/** The page of a list that grows while it is looked at, newest first. */
export function LiveListPage<T extends { readonly id: string }, Name extends string>(
  props: LiveListPageProps<T, Name>,
) {
  const { title, says, filters, fields, list, columns, hrefOf, empty, children } = props;
  const [isFollowing, setFollowing] = props.following;
  return (
    <>
      <PageHeader title={title} says={says} />
      <FilterBar filters={filters} fields={fields}>
        {children}
        <Switch
          size="sm"
          label="Follow new"
          checked={isFollowing}
          onChange={(event) => setFollowing(event.currentTarget.checked)}
        />
      </FilterBar>
      <DataTable
        label={title}
        list={list}
        columns={columns}
        rowId={({ id }) => id}
        rowHref={hrefOf}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : empty}
      />
    </>
  );
}
