import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { customerFigures } from '@plumbline/contract';
import { useCustomer, usePartnerFigures } from '../../../api/resources.ts';
import type { Wire } from '../../../api/types.ts';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Money } from '../../../components/money.tsx';
import { CUSTOMER_COUNTS, customerRow, MonthsTable, PARTNER_COUNTS, partnerRow } from './months-table.tsx';

/** What happened with a partner's own customers in the last twelve months. */
export function PartnerFiguresCard({ partnerId }: { partnerId: string }) {
  const { data, error, refetch } = usePartnerFigures(partnerId);
  return (
    <Card title="Its customers by month" flush={data !== undefined && data.own.length > 0}>
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Text c="var(--text-soft)">…</Text>
      ) : data.own.length === 0 ? (
        <Text c="var(--text-soft)">Nothing happened with its customers in the last twelve months.</Text>
      ) : (
        <MonthsTable
          label={`Its own customers by month, ${data.zone}`}
          counts={PARTNER_COUNTS}
          rows={data.own.map(partnerRow)}
        />
      )}
    </Card>
  );
}

/** What a customer brought, and what happened month by month. */
export function CustomerFiguresCard({ customerId }: { customerId: string }) {
  const { data } = useCustomer(customerId);
  const figures = data?.summary.figures;
  return (
    <Card title="In figures">
      {figures === undefined ? (
        <Text c="var(--text-soft)">…</Text>
      ) : (
        <>
          <Facts inline rows={listFacts(figures)} />
          {figures.months.length > 0 && (
            <MonthsTable
              label="This customer by month"
              counts={CUSTOMER_COUNTS}
              rows={figures.months.map(customerRow)}
            />
          )}
        </>
      )}
    </Card>
  );
}

const STATES = { active: 'active', dormant: 'dormant', churned: 'churned', never: 'not yet' } as const;

function listFacts(figures: Wire<typeof customerFigures>): [string, ReactNode][] {
  const { lifetime, daysSinceActivity, state } = figures;
  return [
    [
      lifetime?.basis === 'ngr' ? 'Lifetime value (NGR as told)' : 'Lifetime value (net deposits)',
      lifetime === null ? 'nothing yet' : <Money key="v" {...lifetime.value} strong />,
    ],
    ['Active', STATES[state]],
    [
      'Last active',
      figures.lastActiveDay === null ? 'never' : `${figures.lastActiveDay}, ${sayDays(daysSinceActivity)}`,
    ],
    ['Active days', String(figures.activeDays)],
  ];
}

function sayDays(days: number | null): string {
  if (days === null || days <= 0) return 'today';
  return days === 1 ? 'yesterday' : `${days} days ago`;
}
