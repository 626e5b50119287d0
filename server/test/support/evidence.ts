// Builders of what pure decisions are fed with: a program, placed events, executions. Everything not named has a plain default.
import { derivedUuid } from '../../src/kernel/digest.ts';
import { instantFromIso } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { createRateBook, RATE_SOURCES } from '../../src/kernel/rate-book.ts';
import type { DatedRate } from '../../src/kernel/rate-book.ts';
import { groupKeyOf, pairKeyOf } from '../../src/pipeline/identity/group.ts';
import type { CustomerFact, PlacedEvent } from '../../src/pipeline/identity/facts.ts';
import type { CanonicalEvent, ExecutionFields } from '../../src/pipeline/mapping/facts.ts';
import { parseDeal } from '../../src/registry/deals/deal.ts';
import type { DealDocument, DealVersion } from '../../src/registry/deals/facts.ts';
import { COUNTRY_BASES } from '../../src/registry/facts.ts';
import type {
  Authority,
  CodeVersion,
  EdgeVersion,
  Merge,
  PartnerSnapshot,
  ProgramSnapshot,
} from '../../src/registry/facts.ts';

export const ALWAYS = Number.NEGATIVE_INFINITY as Instant;

export function at(text: string): Instant {
  return instantFromIso(text);
}

/** An instant some seconds after 2024-07-01T00:00:00Z. */
export function second(n: number): Instant {
  return (at('2024-07-01T00:00:00Z') + n * 1_000_000) as Instant;
}

export function dealDocument(document: unknown): DealDocument {
  const parsed = parseDeal(document);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.value;
}

/** A deal that pays per lot: the rates and overrides of its document are the given ones. */
export function perLotDeal(more: object): DealDocument {
  return dealDocument({
    currency: 'USD',
    components: [{ id: 'per-lot', kind: 'per_lot', rates: [{ rate: '8' }], ...more }],
  });
}

export function cpaDeal(more: object = {}): DealDocument {
  return dealDocument({
    currency: 'USD',
    components: [{ id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50', ...more }],
  });
}

export interface ProgramParts {
  /** Own deals by partner; a document stands from the beginning. */
  readonly deals?: Readonly<
    Record<string, DealDocument | readonly { readonly from: Instant; readonly document: DealDocument }[]>
  >;
  readonly defaultDeal?: DealDocument;
  /** Child to parent, from the beginning, or versions. */
  readonly parents?: Readonly<Record<string, string | readonly EdgeVersion[]>>;
  readonly partners?: readonly (string | PartnerSnapshot)[];
  readonly zone?: string;
  readonly winner?: ProgramSnapshot['attribution']['winner'];
  readonly finality?: ProgramSnapshot['attribution']['finality'];
  readonly geo?: Partial<ProgramSnapshot['geo']>;
  readonly tradesBy?: ProgramSnapshot['reassignment']['tradesBy'];
  readonly codes?: readonly CodeVersion[];
  /** By the customer who was merged away. */
  readonly merges?: Readonly<Record<string, Merge>>;
  readonly authorities?: Readonly<Record<string, Authority>>;
  /** Cut-over of the program under '', of sources under their slugs. */
  readonly cutOver?: Readonly<Record<string, Instant>>;
  readonly rates?: readonly DatedRate[];
}

export function buildProgram(parts: ProgramParts = {}): ProgramSnapshot {
  const names = new Set<string>([
    ...Object.keys(parts.deals ?? {}),
    ...Object.keys(parts.parents ?? {}),
    'ann',
  ]);
  for (const parent of Object.values(parts.parents ?? {})) if (typeof parent === 'string') names.add(parent);
  const partners = new Map(
    [...names].map((id) => [id, { id, name: id, suspensions: [] } as PartnerSnapshot]),
  );
  for (const partner of parts.partners ?? []) {
    const snapshot = typeof partner === 'string' ? { id: partner, name: partner, suspensions: [] } : partner;
    partners.set(snapshot.id, snapshot);
  }
  const versionsOf = (
    partnerId: string | null,
    deals: DealDocument | readonly { from: Instant; document: DealDocument }[],
  ): DealVersion[] => {
    const listed = 'components' in deals ? [{ from: ALWAYS, document: deals }] : deals;
    return listed.map(({ from, document }, index) => ({
      id: `deal-${partnerId ?? 'default'}-${index + 1}`,
      partnerId,
      version: index + 1,
      effectiveFrom: from,
      document,
    }));
  };
  return {
    id: '0190a000-0000-7000-8000-000000000001',
    slug: 'forex',
    baseCurrency: 'USD',
    zone: parts.zone ?? 'UTC',
    factsVersion: 1,
    wholeVersion: 1,
    attribution: {
      windowDays: 90,
      winner: parts.winner ?? 'code_over_click',
      finality: parts.finality ?? 'registration',
      approval: 'limit',
    },
    geo: { licensed: undefined, blocked: new Set(), countryFrom: COUNTRY_BASES, ...parts.geo },
    reassignment: { tradesBy: parts.tradesBy ?? 'close' },
    partners,
    edges: new Map(
      Object.entries(parts.parents ?? {}).map(([child, parent]) => [
        child,
        typeof parent === 'string' ? [{ parentId: parent, effectiveFrom: ALWAYS }] : parent,
      ]),
    ),
    dealsOf: new Map(Object.entries(parts.deals ?? {}).map(([id, deals]) => [id, versionsOf(id, deals)])),
    defaultDeals: parts.defaultDeal === undefined ? [] : versionsOf(null, parts.defaultDeal),
    links: new Map(),
    codes: Map.groupBy(parts.codes ?? [], (version) => version.code),
    creatives: new Map(),
    creativeApprovalRequired: false,
    merges: new Map(Object.entries(parts.merges ?? {})),
    registrars: new Set(['crm']),
    authorities: new Map(Object.entries(parts.authorities ?? {})),
    cutOver: { program: parts.cutOver?.[''], sources: new Map(Object.entries(parts.cutOver ?? {})) },
    rates: { book: createRateBook(parts.rates ?? []), order: RATE_SOURCES },
  };
}

export type EventParts = Partial<CanonicalEvent> & {
  readonly kind: CanonicalEvent['kind'];
  readonly at: Instant;
  readonly id: string;
  readonly source?: string;
};

/** An event as a customer's lane holds it; `id` is its external id, and its event id follows from the event key. */
export function placed({ at: occurredAt, id, source = 'crm', ...content }: EventParts): PlacedEvent {
  const full: CanonicalEvent = {
    recordType: content.kind,
    externalId: id,
    part: '',
    occurredAt: new Date(occurredAt / 1000).toISOString(),
    identifiers: [{ namespace: 'customer', value: '17' }],
    ...content,
  };
  const eventId = derivedUuid('event', source, full.recordType, full.externalId, full.part);
  return {
    eventId,
    eventLane: 0,
    epoch: 1,
    sourceSlug: source,
    identifierId: derivedUuid('identifier', source, '17'),
    occurredAt,
    receivedAt: occurredAt,
    groupKey: groupKeyOf(full),
    pairKey: pairKeyOf(full),
    content: full,
  };
}

export function registration(occurredAt: Instant, more: Partial<EventParts> = {}): PlacedEvent {
  return placed({ kind: 'registration', at: occurredAt, id: 'reg', ...more });
}

/** A registration that carries a click that the door has verified. */
export function referredRegistration(
  occurredAt: Instant,
  partnerId = 'ann',
  clickedAt: Instant = occurredAt,
): PlacedEvent {
  return registration(occurredAt, {
    clickId: 'click',
    extra: {
      clickLinkId: 'link',
      clickPartnerId: partnerId,
      clickAt: new Date(clickedAt / 1000).toISOString(),
    },
  });
}

export function deposit(
  occurredAt: Instant,
  id: string,
  amount: string,
  more: Partial<EventParts> = {},
): PlacedEvent {
  return placed({ kind: 'deposit', at: occurredAt, id, amount, currency: 'USD', ...more });
}

export type ExecutionParts = Partial<ExecutionFields> & { readonly id: string; readonly at: Instant };

/** One execution: by default a buy of one lot of EURUSD that opens position p1 of one account. */
export function execution({ id, at: occurredAt, ...fields }: ExecutionParts): PlacedEvent {
  return placed({
    kind: 'execution',
    recordType: 'deal',
    at: occurredAt,
    id,
    source: 'mt5',
    execution: {
      account: 'live:1',
      position: 'p1',
      side: 'buy',
      entry: 'in',
      symbol: 'EURUSD',
      lots: '1',
      price: '1.1',
      contractSize: '100000',
      service: false,
      cancelled: false,
      ...fields,
    },
  });
}

export function kycFact(id: string, from: Instant, status: 'pending' | 'passed' | 'failed'): CustomerFact {
  return { kind: 'kyc', id, from, status };
}

export function manualFact(id: string, from: Instant, partnerId: string | null): CustomerFact {
  return { kind: 'attribution', id, from, partnerId, reason: 'asked for' };
}
