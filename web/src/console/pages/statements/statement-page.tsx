import { Alert, Button, Group, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { statementFile, useStatement, useStatementItems } from '../../../api/settlements.ts';
import type { Statement, StatementItem } from '../../../api/settlements.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { NothingMatches } from '../nothing-matches.tsx';
import { CompletenessCard } from '../periods/completeness.tsx';
import { hrefOfSettlement, Provisional } from '../settlements/columns.tsx';
import { carryRows } from '../settlements/step-words.ts';
import { isMonth, monthAfter } from './months.ts';

/** The draft statement of a partner for a month, down to every booked difference. */
export function StatementPage() {
  const { partnerId = '', period = '' } = useParams({ strict: false });
  const { data, error, refetch } = useStatement(partnerId, period);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <StatementView key={`${data.partnerId} ${data.period}`} statement={data} />;
}

const FILES = [
  { kind: 'pdf', label: 'PDF' },
  { kind: 'csv', label: 'CSV of every row' },
  { kind: 'json', label: 'JSON' },
] as const;

function StatementView({ statement }: { statement: Statement }) {
  const { partnerId, partner, period, provisional } = statement;
  return (
    <>
      <PageHeader
        title={`Statement ${period}`}
        above={{ label: 'Statements', href: '/statements' }}
        beside={<Provisional is={provisional} />}
        says={
          <>
            of{' '}
            <AppLink underline="always" href={`/partners/${partnerId}`}>
              {partner}
            </AppLink>
            , a draft by the books of <TimeText at={statement.madeAt} as="full" />; months by the zone{' '}
            {statement.zone}
          </>
        }
      >
        {FILES.map(({ kind, label }) => {
          const { href, name } = statementFile(partnerId, period, kind);
          return (
            <Button
              key={kind}
              component="a"
              href={href}
              download={name}
              variant="default"
              leftSection={<IconDownload size={15} aria-hidden />}
            >
              {label}
            </Button>
          );
        })}
      </PageHeader>
      <Group component="nav" gap="md" aria-label="Other months">
        {[-1, 1].map((by) => {
          const month = monthAfter(period, by);
          return (
            <AppLink key={by} href={`/statements/${partnerId}/${month}`} fz="sm">
              {by < 0 ? `← ${month}` : `${month} →`}
            </AppLink>
          );
        })}
      </Group>
      {provisional && (
        <Alert color="orange" variant="light">
          The month is not closed: its figures may still change.
        </Alert>
      )}
      <Card title="The balance" flush>
        <PlainTable
          label="Balance before and after"
          head={['Currency', '>At the beginning', '>Booked in the month', '>Paid', '>At the end']}
          rows={statement.totals.map(({ currency, opening, booked, paid, closing }) => ({
            key: currency,
            cells: [
              currency,
              <Money key="o" {...opening} />,
              <Money key="b" {...booked} />,
              <Money key="p" {...paid} />,
              <Money key="c" {...closing} strong />,
            ],
          }))}
          empty="Nothing was ever booked for this partner."
        />
      </Card>
      {statement.payments.length > 0 && <PaidCard statement={statement} />}
      <LinesCard statement={statement} />
      <CarriesCard statement={statement} />
      <CompletenessCard sources={statement.completeness.sources} />
      <ItemsList statement={statement} />
    </>
  );
}

function PaidCard({ statement: { payments } }: { statement: Statement }) {
  return (
    <Card title="Payments of the month" flush>
      <PlainTable
        label="Payments of the month"
        head={['When', 'Reference', 'What', '>Amount']}
        rows={payments.map(({ id, kind, amount, at, reference }) => ({
          key: `${id} ${kind}`,
          cells: [
            <TimeText key="t" at={at} />,
            reference,
            <StateBadge
              key="k"
              state={kind === 'payment' ? 'paid' : 'returned'}
              word={kind === 'payment' ? 'paid' : 'came back'}
            />,
            <Money key="a" {...amount} />,
          ],
        }))}
        empty="Nothing was paid."
      />
    </Card>
  );
}

function LinesCard({ statement: { lines, partnerId, period } }: { statement: Statement }) {
  const table = (label: string, rows: Statement['lines'], empty: string) => (
    <PlainTable
      label={label}
      head={['Component', 'Earned in', '>Amount', '>Approved', '>Held', '>Rows']}
      minWidth={560}
      rows={rows.map((line) => ({
        key: `${line.component} ${line.earnedIn} ${line.currency}`,
        cells: [
          line.component,
          <AppLink
            key="e"
            href={hrefOfSettlement({ partnerId, period: line.earnedIn, component: line.component })}
          >
            {line.earnedIn}
          </AppLink>,
          <Money key="a" {...line.amount} strong />,
          <Money key="p" {...line.approved} />,
          <Money key="h" {...line.held} />,
          <AppLink
            key="r"
            href={`/statements/${partnerId}/${period}?component=${encodeURIComponent(line.component)}&earnedIn=${line.earnedIn}`}
            aria-label={`${wholeNumber(line.commissions)} ${line.commissions === 1 ? 'row' : 'rows'} of ${line.component}, earned in ${line.earnedIn}`}
          >
            {wholeNumber(line.commissions)}
          </AppLink>,
        ],
      }))}
      empty={empty}
    />
  );
  return (
    <>
      <Card title="Earned in the month" flush>
        {table(
          'Lines of the month',
          lines.filter(({ isCorrection }) => !isCorrection),
          'Nothing that was booked in this month was earned in it.',
        )}
      </Card>
      <Card title="Of earlier months: corrected, or come late" flush>
        {table(
          'Corrections of earlier months',
          lines.filter(({ isCorrection }) => isCorrection),
          'Nothing of earlier months was corrected, and nothing of them came late.',
        )}
      </Card>
    </>
  );
}

function CarriesCard({ statement: { carries } }: { statement: Statement }) {
  return (
    <Card title="Carried into the months after it" flush>
      <PlainTable
        label="Carried over"
        head={['Component', 'What', '>Value']}
        rows={carries.flatMap(({ component, carry }) =>
          carryRows(carry).map(([name, value]) => ({
            key: `${component} ${name}`,
            cells: [component, name, value],
          })),
        )}
        empty="Nothing is carried."
      />
    </Card>
  );
}

const NAMES = ['component', 'earnedIn'] as const;

function ItemsList({ statement: { partnerId, period } }: { statement: Statement }) {
  const filters = useFilters(NAMES);
  const { component, earnedIn } = filters.values;
  // A month that is still being typed is not asked for.
  const isAsked = earnedIn !== undefined && isMonth(earnedIn);
  const list = useStatementItems(partnerId, period, { component, ...(isAsked ? { earnedIn } : {}) });
  return (
    <section aria-labelledby="its-rows" style={{ display: 'flex', flexDirection: 'column', gap: 8 }}>
      <Text component="h2" id="its-rows" size="md" fw={620} m={0}>
        Every booked row
      </Text>
      <FilterBar
        filters={filters}
        fields={[
          { kind: 'search', name: 'component', label: 'Component', placeholder: 'Component of the deal' },
          { kind: 'search', name: 'earnedIn', label: 'Earned in', placeholder: 'Earned in, such as 2026-03' },
        ]}
      />
      <DataTable
        label="Booked rows"
        list={list}
        columns={COLUMNS}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/commissions/${id}`}
        fill={false}
        empty={
          filters.isFiltered ? (
            <NothingMatches onClear={filters.clear} />
          ) : (
            <EmptyState title="Nothing was booked in this month" says="Look at the months before it." />
          )
        }
      />
    </section>
  );
}

const COLUMNS: readonly Column<StatementItem>[] = [
  { id: 'booked', header: 'Booked', width: 132, cell: ({ bookedAt }) => <TimeText at={bookedAt} /> },
  { id: 'component', header: 'Component', cell: ({ component }) => component },
  {
    id: 'earned',
    header: 'Earned',
    width: 132,
    hideBelow: 'sm',
    cell: ({ earnedAt, customerId, earnedIn }) =>
      customerId === null ? `month ${earnedIn}` : <TimeText at={earnedAt} />,
  },
  {
    id: 'customer',
    header: 'Customer',
    width: 152,
    hideBelow: 'md',
    cell: ({ customerId }) => (customerId === null ? 'all together' : <IdChip id={customerId} />),
  },
  {
    id: 'state',
    header: 'State',
    width: 116,
    hideBelow: 'sm',
    cell: ({ approved }) => <StateBadge state={approved ? 'approved' : 'held'} />,
  },
  {
    id: 'amount',
    header: 'Amount',
    width: 132,
    align: 'end',
    cell: ({ amount }) => <Money {...amount} strong />,
  },
];
