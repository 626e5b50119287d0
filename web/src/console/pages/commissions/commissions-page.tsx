import { IconCoins } from '@tabler/icons-react';
import { useState } from 'react';
import { useCommissions } from '../../../api/resources.ts';
import type { Commission } from '../../../api/types.ts';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { ReasonCode } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { choices } from '../choices.ts';
import { LiveListPage } from '../live-list-page.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const NAMES = ['state', 'partnerId', 'component', 'customerId', 'eventId'] as const;
const STATES = choices(['accrued', 'held', 'approved', 'paid']);

/** Every booked row, newest first; each opens to why it is what it is. */
export function CommissionsPage() {
  const following = useState(true);
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useCommissions({ ...filters.values, programId }, following[0]);
  const { customerId, eventId } = filters.values;
  return (
    <LiveListPage
      title="Commissions"
      says="Every booked row, newest first. A correction is a row of its own; nothing is ever edited."
      filters={filters}
      fields={[
        { kind: 'choice', name: 'state', label: 'State', options: STATES },
        { kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options },
        {
          kind: 'search',
          name: 'component',
          label: 'Component',
          placeholder: 'Component of the deal, such as cpa',
        },
      ]}
      following={following}
      list={list}
      columns={commissionColumns(partners)}
      hrefOf={({ id }) => `/commissions/${id}`}
      empty={<NothingBooked />}
    >
      {customerId !== undefined && <IdChip id={customerId} label="Customer" />}
      {eventId !== undefined && <IdChip id={eventId} label="Event" />}
    </LiveListPage>
  );
}

/** The columns of a list of commissions; without partners for the page of one partner. */
export function commissionColumns(partners: PartnerNames | null): readonly Column<Commission>[] {
  return [
    { id: 'booked', header: 'Booked', width: 128, cell: ({ bookedAt }) => <TimeText at={bookedAt} /> },
    ...(partners === null
      ? []
      : [
          {
            id: 'partner',
            header: 'Partner',
            cell: ({ partnerId }: Commission) => <PartnerName id={partnerId} names={partners} />,
          },
        ]),
    {
      id: 'component',
      header: 'Component',
      width: '14%',
      hideBelow: 'sm',
      cell: ({ component }) => component,
    },
    { id: 'level', header: 'Level', width: 64, align: 'end', hideBelow: 'lg', cell: ({ level }) => level },
    {
      id: 'customer',
      header: 'Customer',
      width: 152,
      hideBelow: 'md',
      cell: ({ customerId, period }) =>
        customerId === null ? `month ${period ?? ''}` : <IdChip id={customerId} />,
    },
    {
      id: 'state',
      header: 'State',
      width: 116,
      hideBelow: 'sm',
      cell: ({ state }) => <StateBadge state={state} />,
    },
    {
      id: 'reason',
      header: 'Why',
      width: 152,
      hideBelow: 'lg',
      cell: ({ reason }) => (reason === null ? '' : <ReasonCode code={reason} />),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 128,
      align: 'end',
      cell: ({ amount }) => <Money {...amount} strong />,
    },
  ];
}

function NothingBooked() {
  return (
    <EmptyState
      icon={IconCoins}
      title="Nothing is booked yet"
      says="The first deposit or trade that counts stands here at once. What did not count says why under Events."
      command="npm run demo"
    />
  );
}
