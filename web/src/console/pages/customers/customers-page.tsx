import { IconUsers } from '@tabler/icons-react';
import { useCustomers } from '../../../api/resources.ts';
import type { Customer } from '../../../api/types.ts';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { NothingMatches } from '../nothing-matches.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const NAMES = ['search', 'partnerId'] as const;

/** The customers, to find one by anything that names it. */
export function CustomersPage() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useCustomers({ ...filters.values, programId });
  return (
    <>
      <PageHeader
        title="Customers"
        says="Everyone who was registered or named, and which partner they came from."
      />
      <FilterBar
        filters={filters}
        fields={[
          {
            kind: 'search',
            name: 'search',
            label: 'Search customers',
            placeholder: 'CRM id, login or any identifier',
          },
          { kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options },
        ]}
      />
      <DataTable
        label="Customers"
        list={list}
        columns={columnsOf(partners)}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/customers/${id}`}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : <NobodyYet />}
      />
    </>
  );
}

function columnsOf(partners: PartnerNames): readonly Column<Customer>[] {
  return [
    { id: 'customer', header: 'Customer', cell: ({ value }) => value },
    {
      id: 'namespace',
      header: 'Named by',
      width: '16%',
      hideBelow: 'md',
      cell: ({ namespace }) => <span style={{ color: 'var(--text-soft)' }}>{namespace}</span>,
    },
    {
      id: 'partner',
      header: 'Partner',
      width: '28%',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} />,
    },
    {
      id: 'registered',
      header: 'Registered',
      width: 152,
      cell: ({ registeredAt }) => <TimeText at={registeredAt} none="not yet" />,
    },
    { id: 'id', header: 'Id', width: 152, hideBelow: 'md', cell: ({ id }) => <IdChip id={id} /> },
  ];
}

function NobodyYet() {
  return (
    <EmptyState
      icon={IconUsers}
      title="No customer is known yet"
      says="A registration from a source that may register makes one. To see customers come by their links, run the demo."
      command="npm run demo"
    />
  );
}
