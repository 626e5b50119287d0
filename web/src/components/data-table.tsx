import { Button, Checkbox, Skeleton } from '@mantine/core';
import { tableFeatures, useTable } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { KeyboardEvent, ReactNode } from 'react';
import { useMemo, useRef } from 'react';
import type { RowList } from '../api/resources.ts';
import { AppLink, useGo } from './app-link.tsx';
import classes from './data-table.module.css';
import { ErrorState } from './error-state.tsx';
import { wholeNumber } from './number-format.ts';

export interface Column<T> {
  readonly id: string;
  readonly header: string;
  /** In px, or a share of what is left over (`1fr` is no column width, so: a percentage). */
  readonly width?: number | string;
  readonly align?: 'end';
  /** Not shown below this width of the screen. */
  readonly hideBelow?: 'sm' | 'md' | 'lg';
  /** The orders that the server knows for this column; a press of its header goes from one to the next. */
  readonly sorts?: readonly { readonly value: string; readonly direction: 'ascending' | 'descending' }[];
  readonly cell: (row: T) => ReactNode;
}

/** Rows that are chosen, for doing something with all of them. */
export interface Selection<T> {
  readonly ids: ReadonlySet<string>;
  readonly choose: (ids: ReadonlySet<string>) => void;
  /** What a row is, for those who hear the page. */
  readonly nameOf: (row: T) => string;
}

interface DataTableProps<T> {
  /** What the rows are, for those who hear the page. */
  readonly label: string;
  readonly list: RowList<T>;
  readonly columns: readonly Column<T>[];
  readonly rowId: (row: T) => string;
  /** The page of a row. Its first cell becomes the link; the whole row can be clicked. */
  readonly rowHref?: (row: T) => string;
  /** Instead of a page: opens the row in place. */
  readonly onOpen?: (row: T) => void;
  /** The order in force, and how another one is asked for. */
  readonly sort?: { readonly value: string; readonly choose: (value: string) => void };
  readonly selection?: Selection<T>;
  /** What stands here when there are no rows. */
  readonly empty: ReactNode;
  /** false: as high as its place on a page with other parts. */
  readonly fill?: boolean;
}

const FEATURES = tableFeatures({});
const ROW_HEIGHT = 44;
const SKELETON_ROWS = 12;

/** Rows of a server's list. Its frame keeps its height while rows load, fail or are missing, so nothing jumps. */
export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { list, columns, rowId, label, empty, fill = true } = props;
  const { query, rows } = list;
  const scroll = useRef<HTMLDivElement>(null);
  const definitions = useMemo(
    () =>
      columns.map(({ id, header, cell }): ColumnDef<typeof FEATURES, T> => ({
        id,
        header,
        cell: ({ row }) => cell(row.original),
      })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features: FEATURES, columns: definitions, data, getRowId: rowId });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const isOver = !query.isPending && model.length === 0;

  return (
    <div className={classes.frame} data-fill={fill}>
      <div
        ref={scroll}
        className={classes.scroll}
        tabIndex={0}
        role="region"
        aria-label={label}
        aria-busy={query.isFetching}
      >
        <table className={classes.table} aria-rowcount={model.length === 0 ? undefined : model.length + 1}>
          <colgroup>
            {props.selection !== undefined && <col style={{ width: 44 }} />}
            {columns.map((column) => (
              <col
                key={column.id}
                className={hidden(column)}
                {...(column.width === undefined ? {} : { style: { width: column.width } })}
              />
            ))}
          </colgroup>
          <thead>
            <tr>
              {props.selection !== undefined && (
                <th scope="col" className={classes.choose}>
                  <ChooseAll rows={rows} rowId={rowId} selection={props.selection} />
                </th>
              )}
              {columns.map((column) => (
                <HeaderCell key={column.id} column={column} sort={props.sort} />
              ))}
            </tr>
          </thead>
          <tbody onKeyDown={moveByKey}>
            {query.isPending && <WaitingRows columns={columns} isChosen={props.selection !== undefined} />}
            <Gap height={before} />
            {shown.map(({ index }) => {
              const row = model[index];
              return row === undefined ? null : (
                <Row key={row.id} table={props} row={row.original} index={index} />
              );
            })}
            <Gap height={after} />
          </tbody>
        </table>
      </div>
      {isOver && (
        <div className={classes.over}>
          {query.error !== null ? (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            empty
          )}
        </div>
      )}
      <div className={classes.foot}>
        <span>
          {query.isPending
            ? 'Loading …'
            : `${wholeNumber(model.length)} ${model.length === 1 ? 'row' : 'rows'}${query.hasNextPage ? ' so far' : ''}`}
        </span>
        {query.error !== null && model.length > 0 && (
          <span role="alert">Could not be refreshed: {query.error.message}</span>
        )}
        {query.hasNextPage && (
          <Button
            size="compact-sm"
            variant="light"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Load more
          </Button>
        )}
      </div>
    </div>
  );
}

function Row<T extends object>({ table, row, index }: { table: DataTableProps<T>; row: T; index: number }) {
  const { columns, rowHref, onOpen } = table;
  const go = useGo();
  const href = rowHref?.(row);
  const open = (): void => {
    // Selecting text to copy it is not opening.
    if (globalThis.getSelection()?.isCollapsed === false) return;
    if (href !== undefined) go(href);
    else onOpen?.(row);
  };
  const isOpenable = href !== undefined || onOpen !== undefined;
  return (
    <tr
      className={isOpenable ? classes.row : undefined}
      aria-rowindex={index + 2}
      {...(isOpenable ? { onClick: open } : {})}
    >
      {table.selection !== undefined && (
        <td className={classes.choose} onClick={(event) => event.stopPropagation()}>
          <ChooseOne row={row} id={table.rowId(row)} selection={table.selection} />
        </td>
      )}
      {columns.map((column, at) => (
        <td key={column.id} className={classOf(column)}>
          {at > 0 || !isOpenable ? (
            column.cell(row)
          ) : href === undefined ? (
            <button
              type="button"
              data-row-link
              className="link-button"
              onClick={(event) => {
                event.stopPropagation();
                onOpen?.(row);
              }}
            >
              {column.cell(row)}
            </button>
          ) : (
            <AppLink href={href} data-row-link className={classes.open ?? ''} c="inherit">
              {column.cell(row)}
            </AppLink>
          )}
        </td>
      ))}
    </tr>
  );
}

/** Arrows, j and k go from row to row. */
function moveByKey(event: KeyboardEvent<HTMLElement>): void {
  const step =
    event.key === 'ArrowDown' || event.key === 'j'
      ? 1
      : event.key === 'ArrowUp' || event.key === 'k'
        ? -1
        : 0;
  if (step === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const here = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  const next = links[here + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** The name of a column; where the server can sort by it, a button. */
function HeaderCell<T>({ column, sort }: { column: Column<T>; sort: DataTableProps<T>['sort'] }) {
  const { sorts, header } = column;
  if (sorts === undefined || sort === undefined)
    return (
      <th scope="col" className={classOf(column)}>
        {header}
      </th>
    );
  const at = sorts.findIndex(({ value }) => value === sort.value);
  const now = sorts[at];
  const next = sorts[(at + 1) % sorts.length];
  return (
    <th scope="col" className={classOf(column)} aria-sort={now?.direction ?? 'none'}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => next !== undefined && sort.choose(next.value)}
      >
        {header}
        <span aria-hidden>{now === undefined ? '↕' : now.direction === 'ascending' ? '↑' : '↓'}</span>
      </button>
    </th>
  );
}

function ChooseAll<T>(props: { rows: readonly T[]; rowId: (row: T) => string; selection: Selection<T> }) {
  const { rows, rowId, selection } = props;
  const ids = rows.map(rowId);
  const isAll = ids.length > 0 && ids.every((id) => selection.ids.has(id));
  return (
    <Checkbox
      size="xs"
      aria-label="Choose all rows that are loaded"
      checked={isAll}
      indeterminate={!isAll && ids.some((id) => selection.ids.has(id))}
      onChange={() => selection.choose(new Set(isAll ? [] : ids))}
    />
  );
}

function ChooseOne<T>({ row, id, selection }: { row: T; id: string; selection: Selection<T> }) {
  const isChosen = selection.ids.has(id);
  const choose = (): void => {
    const ids = new Set(selection.ids);
    if (isChosen) ids.delete(id);
    else ids.add(id);
    selection.choose(ids);
  };
  return (
    <Checkbox size="xs" aria-label={`Choose ${selection.nameOf(row)}`} checked={isChosen} onChange={choose} />
  );
}

function WaitingRows<T>({ columns, isChosen }: { columns: readonly Column<T>[]; isChosen: boolean }) {
  return Array.from({ length: SKELETON_ROWS }, (_, index) => (
    <tr key={index}>
      {isChosen && <td className={classes.choose} />}
      {columns.map((column) => (
        <td key={column.id} className={classOf(column)}>
          <Skeleton height={12} width={`${55 + ((index * 17) % 35)}%`} />
        </td>
      ))}
    </tr>
  ));
}

/** The place of rows that are not drawn. One cell only: a wider one would bring hidden columns back. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr className={classes.gap} aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

const HIDDEN_BELOW = { sm: 'hideSm', md: 'hideMd', lg: 'hideLg' } as const;

function hidden<T>(column: Column<T>): string | undefined {
  return column.hideBelow === undefined ? undefined : classes[HIDDEN_BELOW[column.hideBelow]];
}

function classOf<T>(column: Column<T>): string {
  return [hidden(column), column.align === 'end' ? classes.end : undefined]
    .filter((name) => name !== undefined)
    .join(' ');
}
