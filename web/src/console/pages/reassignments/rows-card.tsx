import { useReassignmentRows } from '../../../api/identity.ts';
import type { ReassignmentRow } from '../../../api/identity.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const STATES: Readonly<Record<ReassignmentRow['state'], string>> = {
  waiting: 'waits',
  applied: 'applied',
  refused: 'refused',
  undone: 'undone',
};

/** The customers of a change set, and what became of each. */
export function ReassignmentRowsCard({ changeSetId }: { changeSetId: string }) {
  const list = useReassignmentRows(changeSetId, {});
  const partners = usePartnerNames();
  return (
    <Card title="Customers" flush>
      <DataTable
        label="Customers of the reassignment"
        list={list}
        columns={columnsOf(partners)}
        rowId={({ row }) => String(row)}
        fill={false}
        empty={<EmptyState title="No rows" says="They were not kept with this change set." />}
      />
    </Card>
  );
}

function columnsOf(partners: PartnerNames): readonly Column<ReassignmentRow>[] {
  return [
    { id: 'row', header: 'Row', width: 72, align: 'end', hideBelow: 'sm', cell: ({ row }) => row },
    {
      id: 'customer',
      header: 'Customer',
      cell: ({ customerId }) => (
        <AppLink href={`/customers/${customerId}`}>
          <IdChip id={customerId} linked={false} />
        </AppLink>
      ),
    },
    {
      id: 'partner',
      header: 'To',
      width: '22%',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} />,
    },
    {
      id: 'from',
      header: 'From',
      width: 150,
      hideBelow: 'md',
      cell: ({ effectiveFrom }) => <TimeText at={effectiveFrom} none="the beginning" />,
    },
    {
      id: 'state',
      header: 'State',
      width: '24%',
      cell: ({ state, problem }) => (problem === null ? STATES[state] : `${STATES[state]}: ${problem}`),
    },
  ];
}
