import { decimal } from '../../kernel/decimal.ts';
import { isDerivedId } from '../../kernel/derived-ids.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, isCurrency, toMinor } from '../../kernel/money.ts';
import type { CustomerFact, CustomerStatus } from '../../pipeline/identity/facts.ts';

/** What the wire form needs of a stored customer. The documents may be empty: nothing was decided yet. */
export interface StoredCustomer {
  readonly id: string;
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly registered_at: Instant | null;
  readonly partner_id: string | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly claims: readonly Readonly<Record<string, unknown>>[];
  readonly last_active_day?: string | null;
  readonly created_at: Instant;
}

export function wireCustomer(row: StoredCustomer) {
  return {
    id: wireId('cus', row.id),
    programId: wireId('prg', row.program_id),
    namespace: row.namespace,
    value: row.value,
    registeredAt: row.registered_at === null ? null : formatInstant(row.registered_at),
    partnerId: row.partner_id === null ? null : wireId('prt', row.partner_id),
    lastActiveDay: row.last_active_day ?? null,
    createdAt: formatInstant(row.created_at),
  };
}

interface StoredAttribution {
  readonly from: number | string;
  readonly partnerId: string | null;
  readonly reason?: string;
  readonly winner: StoredCandidate | null;
  readonly losers: readonly StoredCandidate[];
}

interface StoredCandidate {
  readonly kind: string;
  readonly partnerId: string | null;
  readonly linkId?: string;
  readonly campaign?: string;
  readonly at: number;
  readonly lost?: string;
}

/** What was decided about a customer. */
export function wireDecided(row: StoredCustomer) {
  const attributions = (row.context['attributions'] ?? []) as readonly StoredAttribution[];
  const kyc = (row.context['kyc'] ?? []) as readonly {
    from: number | string;
    status: 'pending' | 'passed' | 'failed';
  }[];
  const statuses = (row.context['statuses'] ?? []) as readonly {
    status: CustomerStatus;
    from: number | string;
    to: number | string;
  }[];
  const trades = row.summary['trades'] as { count: number; lots: string } | undefined;
  return {
    attributions: attributions.map((one) => ({
      from: storedInstant(one.from),
      partnerId: one.partnerId === null ? null : wireId('prt', one.partnerId),
      reason: one.reason ?? null,
      candidates: [...(one.winner === null ? [] : [one.winner]), ...one.losers].map(wireCandidate),
    })),
    kyc: kyc.map((span) => ({ from: storedInstant(span.from), status: span.status })),
    statuses: statuses.map((span) => ({
      status: span.status,
      from: storedInstant(span.from),
      to: storedInstant(span.to),
    })),
    identifiers: row.claims.map((claim) => ({
      namespace: String(claim['namespace']),
      value: String(claim['value']),
      from: storedInstant(claim['from']),
      to: storedInstant(claim['to']),
    })),
    summary: {
      deposits: wireTotals(row.summary['deposits']),
      withdrawals: wireTotals(row.summary['withdrawals']),
      trades: trades ?? { count: 0, lots: '0' },
    },
  };
}

function wireCandidate(candidate: StoredCandidate): Record<string, unknown> {
  return {
    kind: candidate.kind,
    partnerId: candidate.partnerId === null ? null : wireId('prt', candidate.partnerId),
    ...(candidate.linkId === undefined ? {} : { linkId: wireId('lnk', candidate.linkId) }),
    ...(candidate.campaign === undefined ? {} : { campaign: candidate.campaign }),
    at: storedInstant(candidate.at),
    ...(candidate.lost === undefined ? {} : { lost: candidate.lost }),
  };
}

function wireTotals(stored: unknown): { count: number; total: { amount: string; currency: string } }[] {
  const totals = (stored ?? {}) as Readonly<Record<string, { count: number; total: string }>>;
  return Object.entries(totals).map(([currency, { count, total }]) => ({
    count,
    total: {
      currency,
      amount: isCurrency(currency)
        ? formatMoney({ amountMinor: toMinor(decimal(total), currency, 'half_even'), currency })
        : total,
    },
  }));
}

/** Instants in documents are microseconds; the infinite ones are words and become null. */
function storedInstant(value: unknown): string | null {
  const micros = Number(value);
  return Number.isFinite(micros) && value !== null ? formatInstant(micros as Instant) : null;
}

interface StoredClaim {
  readonly customer_id: string;
  readonly origin_id: string;
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
}

/** The claims on one identifier, each with its origin and whether another customer's overlaps it (rules.md 1.15). */
export function wireClaims(claims: readonly StoredClaim[]) {
  return claims.map((claim) => ({
    programId: wireId('prg', claim.program_id),
    namespace: claim.namespace,
    value: claim.value,
    customerId: wireId('cus', claim.customer_id),
    effectiveFrom: storedInstant(claim.effective_from),
    effectiveTo: storedInstant(claim.effective_to),
    factId: isDerivedId(claim.origin_id) ? null : wireId('fct', claim.origin_id),
    eventId: isDerivedId(claim.origin_id) ? wireId('evt', claim.origin_id) : null,
    contested: claims.some(
      (other) =>
        other.customer_id !== claim.customer_id &&
        other.effective_from < claim.effective_to &&
        claim.effective_from < other.effective_to,
    ),
  }));
}

/** A fact on the wire; ids in its body get their prefixes. */
export function wireFact(row: {
  readonly id: string;
  readonly customer_id: string;
  readonly kind: CustomerFact['kind'];
  readonly effective_from: Instant;
  readonly effective_to: Instant;
  readonly body: Readonly<Record<string, string | null>>;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
}) {
  const { partnerId, retracts, begins, ...rest } = row.body;
  return {
    id: wireId('fct', row.id),
    customerId: wireId('cus', row.customer_id),
    kind: row.kind,
    effectiveFrom: Number.isFinite(row.effective_from) ? formatInstant(row.effective_from) : null,
    effectiveTo: Number.isFinite(row.effective_to) ? formatInstant(row.effective_to) : null,
    body: {
      ...rest,
      ...(partnerId === undefined ? {} : { partnerId: partnerId === null ? null : wireId('prt', partnerId) }),
      ...(begins === undefined || begins === null ? {} : { begins: wireId('fct', begins) }),
      ...(retracts === undefined || retracts === null ? {} : { retracts: wireId('fct', retracts) }),
    },
    recordedAt: formatInstant(row.recorded_at),
    recordedBy: row.recorded_by,
  };
}
