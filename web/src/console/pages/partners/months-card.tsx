import { useSettlements } from '../../../api/settlements.ts';
import type { PartnerDetail } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Money } from '../../../components/money.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { hrefOfSettlement, Provisional } from '../settlements/columns.tsx';

const SHOWN = 12;

/** What the last months are worth to the partner by what is settled by month, with its statements. */
export function MonthsCard({ partner }: { partner: PartnerDetail }) {
  const { rows, query } = useSettlements(
    { programId: partner.programId, partnerId: partner.id, limit: SHOWN },
    true,
  );
  const thisMonth = new Date().toISOString().slice(0, 7);
  return (
    <Card
      title="Settled by month"
      aside={
        <>
          <AppLink href={`/statements/${partner.id}/${rows[0]?.period ?? thisMonth}`} fz="xs">
            Statements
          </AppLink>{' '}
          ·{' '}
          <AppLink href={`/settlements?partnerId=${partner.id}`} fz="xs">
            All months
          </AppLink>
        </>
      }
      flush
    >
      {query.error !== null && rows.length === 0 ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <PlainTable
          label="Months of the partner"
          head={['Month', 'Component', 'Figures', '>Amount']}
          rows={rows.slice(0, SHOWN).map((row) => ({
            key: `${row.period} ${row.component}`,
            cells: [
              <AppLink key="m" href={hrefOfSettlement(row)}>
                {row.period}
              </AppLink>,
              row.component,
              <Provisional key="p" is={row.provisional} />,
              row.amount.currency === '' ? '–' : <Money key="a" {...row.amount} strong />,
            ],
          }))}
          empty={
            query.isPending ? 'Loading …' : 'Nothing of its deal is settled by month, or nothing came in yet.'
          }
        />
      )}
    </Card>
  );
}
