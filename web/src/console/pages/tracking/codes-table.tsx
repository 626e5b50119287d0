import { IconTicket } from '@tabler/icons-react';
import { useCodes } from '../../../api/tracking.ts';
import type { Code } from '../../../api/tracking.ts';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { OpeningList } from '../opening-list.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const NAMES = ['code', 'partnerId'] as const;

export function CodesTable() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useCodes({ ...filters.values, programId });
  return (
    <OpeningList
      label="Codes"
      list={list}
      columns={columnsOf(partners)}
      filters={filters}
      fields={[
        { kind: 'search', name: 'code', label: 'Code', placeholder: 'Whole code, in any spelling' },
        { kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options },
      ]}
      empty={
        <EmptyState
          icon={IconTicket}
          title="No promo codes yet"
          says="Give one to a partner with: plumbline code create <code> --partner <id>, or POST /v1/codes."
        />
      }
    />
  );
}

function columnsOf(partners: PartnerNames): readonly Column<Code>[] {
  return [
    { id: 'code', header: 'Code', cell: ({ code, exclusive }) => (exclusive ? `${code} (exclusive)` : code) },
    {
      id: 'partner',
      header: 'Partner',
      width: '20%',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} />,
    },
    { id: 'campaign', header: 'Campaign', width: '16%', hideBelow: 'md', cell: ({ campaign }) => campaign },
    {
      id: 'from',
      header: 'From',
      width: 150,
      hideBelow: 'sm',
      cell: ({ effectiveFrom }) =>
        effectiveFrom === null ? 'the beginning' : <TimeText at={effectiveFrom} />,
    },
    {
      id: 'to',
      header: 'Until',
      width: 150,
      cell: ({ effectiveTo }) => (effectiveTo === null ? 'open' : <TimeText at={effectiveTo} />),
    },
  ];
}
