import { useClawbacks } from '../../../api/payments.ts';
import type { Clawback } from '../../../api/payments.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Money } from '../../../components/money.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { DecisionButtons } from './decision-buttons.tsx';

/** What was taken of paid commission and waits for a person; nothing is shown where nothing ever did. */
export function ClawbacksCard({ partnerId }: { partnerId: string }) {
  const { data, error, refetch } = useClawbacks(partnerId);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Card title="Taken back after payment" flush>
      <PlainTable
        label="Clawbacks under review"
        head={['Since', 'What', '>Taken', '>Waits', '>Given back', 'Decision']}
        rows={data.items.map((row) => ({
          key: row.id,
          cells: [
            <TimeText key="t" at={row.at} />,
            <WhatOf key="w" row={row} />,
            <Money key="n" {...row.taken} />,
            <Money key="p" {...row.pending} strong />,
            <Money key="g" {...row.refused} />,
            Number(row.pending.amount) > 0 ? <Verdicts key="v" row={row} /> : wordsOf(row),
          ],
        }))}
        empty="Nothing."
      />
    </Card>
  );
}

function WhatOf({ row: { component, period, eventId } }: { row: Clawback }) {
  if (eventId === null) return <span>{period === null ? component : `${component}, ${period}`}</span>;
  return <AppLink href={`/events/${eventId}`}>{component}</AppLink>;
}

function wordsOf({ reviews }: Clawback): string {
  const last = reviews.at(-1);
  if (last === undefined) return '';
  return `${last.verdict === 'accept' ? 'accepted' : 'refused'} by ${last.decidedBy ?? last.createdBy}: ${last.reason}`;
}

function Verdicts({ row: { id, pending } }: { row: Clawback }) {
  const path = `/v1/clawbacks/${id}/review`;
  const said = `${pending.amount} ${pending.currency}`;
  return (
    <DecisionButtons
      what={`${said} of what was paid was taken back. Accepted it goes with the next payment; refused it is given back to the partner. Above the limit of the program another person must say the same.`}
      acts={[
        { label: 'Accept', path, bodyOf: (reason) => ({ verdict: 'accept', reason }) },
        { label: 'Refuse', path, bodyOf: (reason) => ({ verdict: 'refuse', reason }) },
      ]}
    />
  );
}
