import { Alert, Button, Checkbox, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import { usePeriod, useSettlements } from '../../../api/settlements.ts';
import type { PeriodPreview } from '../../../api/settlements.ts';
import { Card, Facts } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Money } from '../../../components/money.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { useOneProgram } from '../one-program.ts';
import { usePartnerNames } from '../partner-names.ts';
import { Question } from '../question.tsx';
import { hrefOfSettlement, settlementColumns } from '../settlements/columns.tsx';
import { CompletenessCard } from './completeness.tsx';
import { PERIOD_STATES } from './states.ts';

/** A month of a program: what closing it makes final, its figures partner by partner, and closing it. */
export function PeriodPage() {
  const { period = '' } = useParams({ strict: false });
  const program = useOneProgram();
  const { data, error, refetch } = usePeriod(program?.id, period);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (program === undefined)
    return (
      <>
        <PageHeader title={period} above={{ label: 'Periods', href: '/periods' }} />
        <Card title="Which program">
          Choose a program at the top of the page first: months are closed by program.
        </Card>
      </>
    );
  if (data === undefined) return <PagePending />;
  return <PeriodView key={`${data.programId} ${data.period}`} month={data} onLook={() => void refetch()} />;
}

function PeriodView({ month, onLook }: { month: PeriodPreview; onLook: () => void }) {
  const [isClosing, setClosing] = useState(false);
  const partners = usePartnerNames();
  const list = useSettlements({ programId: month.programId, period: month.period }, true);
  const { word, badge } = PERIOD_STATES[month.state];
  return (
    <>
      <PageHeader
        title={`Month ${month.period}`}
        above={{ label: 'Periods', href: '/periods' }}
        beside={<StateBadge state={badge} word={word} />}
        says={
          month.state === 'closed'
            ? 'Its figures are final. What comes later for it is computed again and booked as a correction.'
            : 'Its figures are provisional: they follow everything that comes in, and are not approved.'
        }
      >
        {month.state !== 'closed' && (
          <Button disabled={!mayClose(month)} onClick={() => setClosing(true)}>
            Close the month …
          </Button>
        )}
      </PageHeader>
      {month.state === 'open' && month.blockedBy !== null && (
        <Alert
          color="orange"
          variant="light"
          title={mayClose(month) ? 'It is not complete' : 'It cannot be closed yet'}
        >
          {mayClose(month)
            ? 'Some sources have not told everything of it. It can be closed without waiting for them; what they tell later is booked as a correction.'
            : month.blockedBy.sentence}
        </Alert>
      )}
      {month.undecided > 0 && (
        <Alert color="orange" variant="light" title="Figures are being computed">
          {`${wholeNumber(month.undecided)} of them just now. `}
          <Button size="compact-xs" variant="default" onClick={onLook}>
            Look again
          </Button>
        </Alert>
      )}
      <Card title={month.state === 'closed' ? 'What it was worth' : 'What closing it makes final'} flush>
        <SumsTable month={month} />
      </Card>
      <CompletenessCard sources={month.sources} />
      <Card title="The month">
        <Facts
          rows={[
            ['From', <TimeText key="f" at={month.from} as="full" />],
            ['Before', <TimeText key="t" at={month.to} as="full" />],
            ['By the zone', month.zone],
            ['Partners with figures', wholeNumber(month.partners)],
            ['Closed', month.closedAt === null ? null : <TimeText key="c" at={month.closedAt} as="full" />],
            ['By', month.closedBy],
            ['Why', month.reason],
          ]}
        />
      </Card>
      <DataTable
        label="Figures by partner"
        list={list}
        columns={settlementColumns(partners, false)}
        rowId={hrefOfSettlement}
        rowHref={hrefOfSettlement}
        empty={
          <EmptyState
            title="Nobody has figures in this month"
            says="Nothing came in for it that a deal settles by month."
          />
        }
      />
      {isClosing && <CloseDialog month={month} onClose={() => setClosing(false)} />}
    </>
  );
}

/** Sources that have not told everything may be named, and are then not waited for. */
function mayClose({ blockedBy }: PeriodPreview): boolean {
  return blockedBy === null || blockedBy.code === 'sources_incomplete';
}

function SumsTable({ month }: { month: PeriodPreview }) {
  return (
    <PlainTable
      label="Sums by component"
      head={['Component', '>Partners', '>Together', '>Of it below zero']}
      rows={month.sums.map(({ component, currency, amount, negative, partners }) => ({
        key: `${component} ${currency}`,
        cells: [
          component,
          wholeNumber(partners),
          <Money key="a" {...amount} strong />,
          <Money key="n" {...negative} />,
        ],
      }))}
      empty="Nothing is worth anything in this month."
    />
  );
}

function CloseDialog({ month, onClose }: { month: PeriodPreview; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [without, setWithout] = useState<readonly string[]>([]);
  const late = month.sources.filter(({ complete }) => !complete).map(({ source }) => source);
  const close = usePost<unknown>();
  return (
    <Question
      title={`Close the month ${month.period}`}
      says={
        <>
          <Text size="sm" mb="xs">
            What stands below becomes final and can be approved when its hold is over. It cannot be opened
            again; what comes later is booked as a correction of it.
          </Text>
          <SumsTable month={month} />
          {late.length > 0 && (
            <Checkbox.Group
              mt="sm"
              label="Close it without waiting for"
              description="These sources have not told everything of the month."
              value={[...without]}
              onChange={setWithout}
            >
              {late.map((source) => (
                <Checkbox key={source} mt={6} value={source} label={source} />
              ))}
            </Checkbox.Group>
          )}
          {month.undecided > 0 && (
            <Text size="sm" mt="xs">
              {`${wholeNumber(month.undecided)} figures are being computed just now and may still change.`}
            </Text>
          )}
        </>
      }
      disabled={late.some((source) => !without.includes(source))}
      verb="Close it"
      reason={reason}
      onReason={setReason}
      post={close}
      onClose={onClose}
      onSend={() =>
        close.mutate(
          {
            path: `/v1/programs/${month.programId}/periods/${month.period}/close`,
            body: { reason: reason.trim(), without },
          },
          { onSuccess: onClose },
        )
      }
    />
  );
}
