import { IconUsersGroup } from '@tabler/icons-react';
import { useConflicts } from '../../../api/identity.ts';
import type { Conflict } from '../../../api/identity.ts';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { Money } from '../../../components/money.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { OpeningList } from '../opening-list.tsx';
import { ConflictView } from './conflict-view.tsx';

const NAMES = [] as const;

/** Identifiers that several customers claim for the same time: what waits on each, and the decision. */
export function ConflictsPage() {
  const { programId } = useProgram();
  const filters = useFilters(NAMES);
  const list = useConflicts({ programId });
  return (
    <>
      <PageHeader
        title="Conflicts"
        says="Identifiers that several customers claim for the same time. What rests on them is nobody's until a person decides."
      />
      <OpeningList
        label="Conflicts"
        list={list}
        columns={COLUMNS}
        filters={filters}
        fields={[]}
        title="Whose is it?"
        view={(conflict, onDone) => <ConflictView key={conflict.id} conflict={conflict} onDone={onDone} />}
        empty={
          <EmptyState
            icon={IconUsersGroup}
            title="Nobody argues"
            says="No identifier is claimed by two customers for one time. When it happens, its events are parked and it stands here."
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<Conflict>[] = [
  { id: 'what', header: 'Identifier', cell: ({ namespace, value }) => `${namespace} ${value}` },
  {
    id: 'who',
    header: 'Claimed by',
    width: '26%',
    hideBelow: 'sm',
    cell: ({ claimants }) => claimants.map(({ value, customerId }) => value || customerId).join(', '),
  },
  {
    id: 'events',
    header: 'Waiting',
    width: 110,
    align: 'end',
    cell: ({ parked }) => <span className="figures">{wholeNumber(parked.events)}</span>,
  },
  {
    id: 'money',
    header: 'Amounts in them',
    width: '20%',
    align: 'end',
    hideBelow: 'md',
    cell: ({ parked }) => parked.money.map((one) => <Money key={one.currency} {...one} />),
  },
  {
    id: 'since',
    header: 'Since',
    width: 132,
    hideBelow: 'md',
    cell: ({ parked }) => <TimeText at={parked.since} none="–" />,
  },
];
