import { IconCurrencyEuro, IconReplace } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useChangeSets } from '../../../api/change-sets.ts';
import type { ChangeSet } from '../../../api/change-sets.ts';
import { useRates } from '../../../api/rates.ts';
import type { Rate } from '../../../api/rates.ts';
import type { RowList } from '../../../api/resources.ts';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { sayMoves, sayState } from '../change-sets/words.ts';
import { useOneProgram } from '../one-program.ts';
import { CorrectionForm } from './correction-form.tsx';
import { PUBLISHERS, sayPublisher } from './publishers.ts';
import { rateKey, standingRates } from './standing-rates.ts';

const NAMES = ['source', 'base', 'quote'] as const;

/** Exchange rates as a program has them, and corrections of them: looked at in money before anything is written. */
export function RatesPage() {
  const program = useOneProgram();
  return (
    <>
      <PageHeader
        title="Exchange rates"
        says="What was published, and corrected for the program. A correction decides again what was decided at the rate; other programs keep what they have."
      />
      {program === undefined ? (
        <Card title="Of which program?">
          Choose a program at the top of the page first: a correction holds for one.
        </Card>
      ) : (
        <RatesOf key={program.id} programId={program.id} />
      )}
    </>
  );
}

function RatesOf({ programId }: { programId: string }) {
  const filters = useFilters(NAMES);
  const { source } = filters.values;
  const list = useRates({
    source,
    base: currencyOf(filters.values.base),
    quote: currencyOf(filters.values.quote),
  });
  const standing = useStanding(list, programId);
  const [ids, choose] = useState<ReadonlySet<string>>(new Set());
  const chosen = standing.rows.filter((rate) => ids.has(rateKey(rate)));
  return (
    <>
      {chosen.length > 0 && (
        <CorrectionForm programId={programId} rates={chosen} onDone={() => choose(new Set())} />
      )}
      <FilterBar
        filters={filters}
        fields={[
          { kind: 'choice', name: 'source', label: 'Publisher', options: PUBLISHERS },
          { kind: 'search', name: 'base', label: 'From currency', placeholder: 'From, such as EUR' },
          { kind: 'search', name: 'quote', label: 'To currency', placeholder: 'To, such as USD' },
        ]}
      />
      <DataTable
        label="Exchange rates"
        list={standing}
        columns={RATE_COLUMNS}
        rowId={rateKey}
        selection={{
          ids,
          choose,
          nameOf: ({ base, quote, validFrom }) => `${base}/${quote} of ${validFrom}`,
        }}
        fill={false}
        empty={
          <EmptyState
            icon={IconCurrencyEuro}
            title="No rates"
            says="None was published for this, or none was taken in. Rates come by POST /v1/rates, by files (/v1/rates/imports), or from a publisher."
          />
        }
      />
      <Corrections programId={programId} />
    </>
  );
}

/** A currency, while it is being typed: nothing until it is one. */
function currencyOf(text: string | undefined): string | undefined {
  const code = text?.trim().toUpperCase() ?? '';
  return /^[A-Z]{3,5}$/.test(code) ? code : undefined;
}

/** The same list with what holds for the program only. */
function useStanding(list: RowList<Rate>, programId: string): RowList<Rate> {
  const rows = useMemo(() => standingRates(list.rows, programId), [list.rows, programId]);
  return { ...list, rows };
}

function Corrections({ programId }: { programId: string }) {
  const list = useChangeSets({ kind: 'rates', programId });
  return (
    <DataTable
      label="Corrections"
      list={list}
      columns={SET_COLUMNS}
      rowId={({ id }) => id}
      rowHref={({ id }) => `/change-sets/${id}`}
      fill={false}
      empty={
        <EmptyState
          icon={IconReplace}
          title="No rate was corrected yet"
          says="Choose rates above. What you propose stands here, with what it moves and who must agree."
        />
      }
    />
  );
}

const RATE_COLUMNS: readonly Column<Rate>[] = [
  { id: 'pair', header: 'Pair', cell: ({ base, quote }) => `${base}/${quote}` },
  { id: 'rate', header: 'Rate', width: 150, align: 'end', cell: ({ rate }) => rate },
  {
    id: 'from',
    header: 'In force from',
    width: 170,
    cell: ({ validFrom }) => <TimeText at={validFrom} as="full" />,
  },
  {
    id: 'source',
    header: 'Published by',
    width: '20%',
    hideBelow: 'sm',
    cell: ({ source }) => sayPublisher(source),
  },
  {
    id: 'whose',
    header: 'Corrected',
    width: '20%',
    hideBelow: 'sm',
    cell: ({ programId, revision }) =>
      programId !== null ? 'for this program' : revision > 1 ? 'by its publisher' : '',
  },
];

const SET_COLUMNS: readonly Column<ChangeSet>[] = [
  { id: 'created', header: 'Proposed', width: 132, cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { id: 'what', header: 'Rates', cell: sayRates },
  { id: 'why', header: 'Why', hideBelow: 'md', cell: ({ note }) => note },
  { id: 'moves', header: 'Money that moves', width: '18%', hideBelow: 'sm', cell: sayMoves },
  { id: 'state', header: 'State', width: '20%', cell: ({ state }) => sayState(state) },
  { id: 'by', header: 'By', width: '14%', hideBelow: 'lg', cell: ({ createdBy }) => createdBy },
];

/** What a correction says instead of what: the first rate, and how many more. */
function sayRates({ what }: ChangeSet): string {
  const rates = Array.isArray(what['rates']) ? (what['rates'] as readonly unknown[]) : [];
  const first = rates[0] as Partial<Record<'base' | 'quote' | 'rate' | 'stands', string>> | undefined;
  if (first === undefined) return 'A correction is taken back';
  const more = rates.length === 1 ? '' : `, and ${rates.length - 1} more`;
  return `${first.base ?? '?'}/${first.quote ?? '?'} ${first.stands ?? '?'} → ${first.rate ?? '?'}${more}`;
}
