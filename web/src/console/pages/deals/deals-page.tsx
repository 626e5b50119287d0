import { Button } from '@mantine/core';
import { IconFileCertificate, IconPlus } from '@tabler/icons-react';
import { useDealList } from '../../../api/deals.ts';
import type { Deal } from '../../../api/types.ts';
import { useGo } from '../../../components/app-link.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { NothingMatches } from '../nothing-matches.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';
import { kindsOf, SAY_END } from './kinds.ts';

const NAMES = ['partnerId'] as const;

/** Every version of every deal, newest first. */
export function DealsPage() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useDealList({ ...filters.values, programId });
  const go = useGo();
  const write = (): void =>
    go(
      filters.values.partnerId === undefined
        ? '/deals/new'
        : `/deals/new?partnerId=${filters.values.partnerId}`,
    );
  return (
    <>
      <PageHeader
        title="Deals"
        says="What partners are paid for. A version is never edited: a new one takes effect at its own instant."
      >
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={write}>
          New version …
        </Button>
      </PageHeader>
      <FilterBar
        filters={filters}
        fields={[{ kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options }]}
      />
      <DataTable
        label="Deals"
        list={list}
        columns={columnsOf(partners)}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/deals/${id}`}
        empty={
          filters.isFiltered ? (
            <NothingMatches onClear={filters.clear} />
          ) : (
            <EmptyState
              icon={IconFileCertificate}
              title="There is no deal yet"
              says="Nothing is paid without one. Begin with a template of your kind of business: a default deal holds for every partner without one of its own."
            >
              <Button mt="xs" onClick={write}>
                Write the first deal
              </Button>
            </EmptyState>
          )
        }
      />
    </>
  );
}

function columnsOf(partners: PartnerNames): readonly Column<Deal>[] {
  return [
    {
      id: 'what',
      header: 'Pays for',
      cell: ({ document, ends }) => (ends === null ? kindsOf(document) : SAY_END[ends]),
    },
    {
      id: 'whose',
      header: 'Whose',
      width: '24%',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} none="default of the program" />,
    },
    { id: 'version', header: 'Version', width: 84, align: 'end', cell: ({ version }) => version },
    {
      id: 'from',
      header: 'In force from',
      width: 148,
      hideBelow: 'sm',
      cell: ({ effectiveFrom }) => <TimeText at={effectiveFrom} none="the beginning" />,
    },
    {
      id: 'written',
      header: 'Written',
      width: 128,
      hideBelow: 'md',
      cell: ({ createdAt }) => <TimeText at={createdAt} />,
    },
    { id: 'by', header: 'By', width: '14%', hideBelow: 'lg', cell: ({ createdBy }) => createdBy },
  ];
}
