import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact } from './facts.ts';

/** A fact as its row keeps it; instants in microseconds, -Infinity and Infinity for no bound. */
export interface StoredFact {
  readonly id: string;
  readonly kind: CustomerFact['kind'];
  readonly effective_from: Instant;
  readonly effective_to: Instant;
  readonly body: Readonly<Record<string, string | null>>;
  /** Of whom it was stated, where that is not the customer whose lane holds the row. */
  readonly of_customer: string | null;
}

/** The fact that a row says. Bodies were validated when they were written. */
export function factOf(row: StoredFact): CustomerFact {
  const { id, body, effective_from: from, effective_to: to } = row;
  const own = row.of_customer === null ? { id } : { id, ofCustomer: row.of_customer };
  switch (row.kind) {
    case 'attribution':
      return {
        kind: 'attribution',
        ...own,
        from,
        partnerId: body['partnerId'] ?? null,
        reason: body['reason'] ?? '',
        ...(body['keepsCpa'] === 'true' ? { keepsCpa: true } : {}),
      };
    case 'kyc':
      return {
        kind: 'kyc',
        ...own,
        from,
        status: body['status'] as 'pending' | 'passed' | 'failed',
        ...aheadOf(body),
      };
    case 'status':
      return {
        kind: 'status',
        ...own,
        from,
        to,
        status: body['status'] as Extract<CustomerFact, { kind: 'status' }>['status'],
        ...aheadOf(body),
      };
    case 'country':
      return {
        kind: 'country',
        ...own,
        from,
        country: body['country'] ?? '',
        basis: body['basis'] as 'declared' | 'kyc',
      };
    case 'identifier_link':
    case 'identifier_denial':
      return {
        kind: row.kind,
        ...own,
        from,
        to,
        namespace: body['namespace'] ?? '',
        value: body['value'] ?? '',
      };
    case 'cpa_paid':
      return { kind: 'cpa_paid', ...own, from, component: body['component'] ?? null };
    case 'retraction':
      return { kind: 'retraction', ...own, retracts: body['retracts'] ?? '' };
    case 'begun':
      return { kind: 'begun', ...own, begins: body['begins'] ?? '' };
  }
}

function aheadOf(body: StoredFact['body']): { readonly ahead?: true } {
  return body['toldAhead'] === 'true' ? { ahead: true } : {};
}
