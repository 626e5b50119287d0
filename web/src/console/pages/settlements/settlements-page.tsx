import { IconReportMoney } from '@tabler/icons-react';
import { useSettlements } from '../../../api/settlements.ts';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { NothingMatches } from '../nothing-matches.tsx';
import { useOneProgram } from '../one-program.ts';
import { usePartnerNames } from '../partner-names.ts';
import { isMonth } from '../statements/months.ts';
import { hrefOfSettlement, settlementColumns } from './columns.tsx';

const NAMES = ['period', 'partnerId', 'component'] as const;

/** What months are worth to each partner, newest month first. */
export function SettlementsPage() {
  const filters = useFilters(NAMES);
  const program = useOneProgram();
  const partners = usePartnerNames();
  const { period, partnerId, component } = filters.values;
  // A month that is still being typed is not asked for.
  const isAsked = period !== undefined && isMonth(period);
  const list = useSettlements(
    { programId: program?.id, partnerId, component, ...(isAsked ? { period } : {}) },
    program !== undefined,
  );
  return (
    <>
      <PageHeader
        title="Settlements"
        says="What each month is worth to each partner by each component that is settled by month, with every step of how it came about."
      />
      {program === undefined ? (
        <Card title="Which program">
          Choose a program at the top of the page first: months belong to one.
        </Card>
      ) : (
        <>
          <FilterBar
            filters={filters}
            fields={[
              { kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options },
              { kind: 'search', name: 'period', label: 'Month', placeholder: 'Month, such as 2026-03' },
              { kind: 'search', name: 'component', label: 'Component', placeholder: 'Component of the deal' },
            ]}
          />
          <DataTable
            label="Settlements"
            list={list}
            columns={settlementColumns(partners, true)}
            rowId={hrefOfSettlement}
            rowHref={hrefOfSettlement}
            empty={
              filters.isFiltered ? (
                <NothingMatches onClear={filters.clear} />
              ) : (
                <EmptyState
                  icon={IconReportMoney}
                  title="Nothing is settled by month yet"
                  says="A share of revenue, a fee, or anything with steps or caps in a deal makes figures appear here with the first event of a month."
                />
              )
            }
          />
        </>
      )}
    </>
  );
}
