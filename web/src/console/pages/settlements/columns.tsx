import type { Settlement } from '../../../api/settlements.ts';
import type { Column } from '../../../components/data-table.tsx';
import { Money } from '../../../components/money.tsx';
import { ReasonCode } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { PartnerName } from '../partner-name.tsx';
import type { PartnerNames } from '../partner-names.ts';

/** Where one figure of a month is shown. */
export function hrefOfSettlement(row: Pick<Settlement, 'partnerId' | 'period' | 'component'>): string {
  return `/settlements/${row.partnerId}/${row.period}/${encodeURIComponent(row.component)}`;
}

/** The columns of a list of figures; `withMonth` where the list shows several months. */
export function settlementColumns(partners: PartnerNames, withMonth: boolean): readonly Column<Settlement>[] {
  const partner: Column<Settlement> = {
    id: 'partner',
    header: 'Partner',
    cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} />,
  };
  const month: Column<Settlement> = {
    id: 'period',
    header: 'Month',
    width: 96,
    cell: ({ period }) => period,
  };
  const component: Column<Settlement> = {
    id: 'component',
    header: 'Component',
    width: '20%',
    cell: ({ component: id }) => id,
  };
  return [
    ...(withMonth ? [month] : [component]),
    partner,
    ...(withMonth ? [{ ...component, hideBelow: 'sm' as const }] : []),
    {
      id: 'state',
      header: 'Figures',
      width: 132,
      hideBelow: 'sm',
      cell: ({ provisional }) => <Provisional is={provisional} />,
    },
    {
      id: 'reason',
      header: 'Why',
      width: 184,
      hideBelow: 'md',
      cell: ({ reason }) => (reason === null ? '' : <ReasonCode code={reason} />),
    },
    {
      id: 'amount',
      header: 'Amount',
      width: 140,
      align: 'end',
      cell: ({ amount }) => (amount.currency === '' ? '–' : <Money {...amount} strong />),
    },
  ];
}

/** Whether a figure may still change. */
export function Provisional({ is }: { is: boolean }) {
  return <StateBadge state={is ? 'waiting' : 'decided'} word={is ? 'provisional' : 'final'} />;
}
