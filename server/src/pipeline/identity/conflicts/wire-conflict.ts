import type { ConflictReply } from '@plumbline/contract';
import { decimal } from '../../../kernel/decimal.ts';
import { wireId } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { formatMoney, isCurrency, toMinor } from '../../../kernel/money.ts';

export interface ClaimantRow {
  readonly id: string;
  readonly namespace: string;
  readonly value: string;
  readonly registered_at: Instant | null;
}

/** One claim on an identifier that several customers claim for the same time. */
export interface ClaimRow {
  readonly identifier_id: string;
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly customer_id: string;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
  readonly recorded_at: Instant;
}

interface Known {
  readonly names: readonly ClaimantRow[];
  readonly resting: readonly { customer_id: string; identifier_id: string; events: number }[];
  readonly parked: readonly {
    identifier_id: string;
    events: number;
    currency: string | null;
    amount: string;
    since: Instant;
  }[];
}

/** A contested identifier with its claimants side by side, and what waits for a decision. */
export function wireConflict(
  {
    identifierId,
    rows,
    overlapsFrom,
  }: { readonly identifierId: string; readonly rows: readonly ClaimRow[]; readonly overlapsFrom: Instant },
  known: Known,
): ConflictReply {
  const parked = known.parked.filter((row) => row.identifier_id === identifierId);
  const since = parked.map((row) => row.since).toSorted((a, b) => a - b)[0];
  return {
    id: wireId('idf', identifierId),
    programId: wireId('prg', rows[0]?.program_id ?? ''),
    namespace: rows[0]?.namespace ?? '',
    value: rows[0]?.value ?? '',
    overlapsFrom: boundText(overlapsFrom),
    claimants: [...Map.groupBy(rows, (row) => row.customer_id)].map(([customerId, claims]) => {
      const name = known.names.find((one) => one.id === customerId);
      const registeredAt = name?.registered_at ?? null;
      const resting = known.resting.find(
        (row) => row.customer_id === customerId && row.identifier_id === identifierId,
      );
      return {
        customerId: wireId('cus', customerId),
        namespace: name?.namespace ?? '',
        value: name?.value ?? '',
        registeredAt: registeredAt === null ? null : formatInstant(registeredAt),
        claims: claims.map((claim) => ({
          from: boundText(claim.effective_from),
          to: boundText(claim.effective_to),
          recordedAt: formatInstant(claim.recorded_at),
        })),
        resting: resting?.events ?? 0,
      };
    }),
    parked: {
      events: parked.reduce((sum, row) => sum + row.events, 0),
      money: parked.flatMap(({ currency, amount }) =>
        currency !== null && isCurrency(currency)
          ? [
              {
                amount: formatMoney({
                  amountMinor: toMinor(decimal(amount), currency, 'half_even'),
                  currency,
                }),
                currency,
              },
            ]
          : [],
      ),
      since: since === undefined ? null : formatInstant(since),
    },
  };
}

function boundText(instant: Instant): string | null {
  return Number.isFinite(instant) ? formatInstant(instant) : null;
}
