import { describe, expect, it } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import { packCommissionId } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { EMPTY_RATE_BOOK, RATE_SOURCES } from '../../kernel/rate-book.ts';
import type { EventDecision, Line } from '../../pipeline/commission/facts.ts';
import type { Trade } from '../../pipeline/assembly/facts.ts';
import type { EdgeVersion, ProgramSnapshot } from '../../registry/facts.ts';
import { explainCommission, explainEvent } from './explain.ts';
import type { CustomerSeen, EventEvidence, Posting } from './facts.ts';

const uuid = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const [PROGRAM, MASTER, LEAF, EVENT, CUSTOMER, OPENING, DEAL] = [1, 2, 3, 4, 5, 6, 7].map(uuid) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const at = instantFromIso;
const always = Number.NEGATIVE_INFINITY as Instant;
const ever = Number.POSITIVE_INFINITY as Instant;

const program: ProgramSnapshot = {
  id: PROGRAM,
  slug: 'fx',
  baseCurrency: 'USD',
  zone: 'UTC',
  factsVersion: 1,
  wholeVersion: 1,
  attribution: { windowDays: 90, winner: 'last_click', finality: 'registration', approval: 'limit' },
  geo: { licensed: undefined, blocked: new Set(), countryFrom: [] },
  reassignment: { tradesBy: 'close' },
  partners: new Map([
    [MASTER, { id: MASTER, name: 'Mira', suspensions: [] }],
    [LEAF, { id: LEAF, name: 'Leo', suspensions: [] }],
  ]),
  edges: new Map<string, EdgeVersion[]>([
    [MASTER, [{ parentId: null, effectiveFrom: always }]],
    [LEAF, [{ parentId: MASTER, effectiveFrom: always }]],
  ]),
  dealsOf: new Map(),
  defaultDeals: [
    {
      id: DEAL,
      partnerId: null,
      version: 1,
      effectiveFrom: always,
      document: dealDocument({
        currency: 'USD',
        components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '7' }], overrides: [{ rate: '2' }] }],
      }),
    },
  ],
  links: new Map(),
  codes: new Map(),
  creatives: new Map(),
  creativeApprovalRequired: false,
  merges: new Map(),
  registrars: new Set(['crm']),
  authorities: new Map(),
  cutOver: { program: undefined, sources: new Map() },
  rates: { book: EMPTY_RATE_BOOK, order: RATE_SOURCES },
};

const trade: Trade = {
  account: 'live:764636',
  position: '9',
  symbol: 'EURUSD',
  side: 'long',
  lots: '1',
  openedAt: at('2024-07-01T10:10:00Z'),
  closedAt: at('2024-07-02T10:59:59.904Z'),
  openPrice: '1.07',
  closePrice: '1.08',
  contractSize: '100000',
  openedBy: [OPENING],
};

function lineOf(change: Partial<Line> = {}): Line {
  return {
    component: 'lots',
    partnerId: LEAF,
    level: 2,
    amountMinor: '700',
    currency: 'USD',
    holdDay: '2024-07-03',
    holdReason: '',
    dealId: DEAL,
    dealVersion: 1,
    leaf: true,
    basis: { lots: '1', rate: '7', exact: '7', mode: 'additive_fixed', symbol: 'EURUSD' },
    ...change,
  };
}

const override = lineOf({
  partnerId: MASTER,
  level: 1,
  amountMinor: '200',
  leaf: false,
  basis: { lots: '1', rate: '2', exact: '2', mode: 'additive_fixed' },
});

const customer: CustomerSeen = {
  id: CUSTOMER,
  namespace: 'customer',
  value: '4711',
  lines: [],
  inputs: [],
  cpa: null,
  context: {
    registeredAt: at('2024-06-01T00:00:00Z'),
    registrationId: uuid(8),
    country: 'DE',
    countryFrom: null,
    countries: [],
    test: false,
    kyc: [],
    statuses: [],
    attributions: [
      {
        from: at('2024-06-01T00:00:00Z'),
        partnerId: LEAF,
        losers: [],
        winner: {
          kind: 'click',
          partnerId: LEAF,
          linkId: uuid(9),
          campaign: 'summer',
          at: at('2024-05-31T00:00:00Z'),
          originId: uuid(8),
        },
      },
    ],
  },
};

function evidenceOf(change: Partial<EventEvidence> & { decision?: EventDecision } = {}): EventEvidence {
  const {
    decision = { state: 'decided', assembly: { kind: 'trade', trade }, lines: [lineOf(), override] },
    ...rest
  } = change;
  return {
    program,
    now: at('2024-07-02T12:00:00Z'),
    source: { id: uuid(10), slug: 'mt5', name: 'MT5' },
    event: {
      id: EVENT,
      recordType: 'deal',
      externalId: '55',
      part: '',
      occurredAt: trade.closedAt,
      receivedAt: at('2024-07-02T11:00:05Z'),
      revision: 1,
      orderValue: null,
      mappingVersion: 3,
      failed: null,
      content: {
        kind: 'execution',
        recordType: 'deal',
        externalId: '55',
        part: '',
        occurredAt: '2024-07-02T10:59:59.904Z',
        identifiers: [{ namespace: 'mt5:live', value: '764636' }],
        execution: {
          account: 'live:764636',
          position: '9',
          side: 'sell',
          entry: 'out',
          symbol: 'EURUSD',
          lots: '1',
          service: false,
          cancelled: false,
        },
      },
    },
    earlierRevisions: [],
    delivery: null,
    moving: false,
    parked: null,
    left: [],
    openings: [],
    postings: [],
    dealTerms: new Map(),
    claims: [{ customerId: CUSTOMER, originId: uuid(8), from: always, to: ever }],
    placement: {
      customerId: CUSTOMER,
      state: decision.state,
      reason: decision.reason ?? null,
      decision,
      decidedAt: null,
    },
    customer,
    ...rest,
  };
}

function postingOf(line: Line, change: Partial<Posting> = {}): Posting {
  const journal = { lane: 5, hopId: uuid(20), rowNo: line.level };
  return {
    commissionId: packCommissionId({ lane: 5, hopId: uuid(20), row: line.level, item: 0 }),
    naturalKey: `e:${EVENT}:lots:${line.partnerId}:${line.level}`,
    amountMinor: line.amountMinor,
    currency: 'USD',
    component: 'lots',
    partnerId: line.partnerId,
    bookedAt: at('2024-07-02T11:01:00Z'),
    holdDay: line.holdDay,
    holdReason: '',
    groupRelease: 0,
    legs: [],
    journal,
    group: {
      holdUntil: at('2024-07-03T00:00:00Z'),
      heldMinor: line.amountMinor,
      approvedMinor: '0',
      releases: 0,
      decisions: [],
    },
    ...change,
  };
}

describe('the explanation of an event', () => {
  it('says lots, time and rate, and its lines are the decided ones', () => {
    const explained = explainEvent(evidenceOf());
    expect(explained.lines.map((line) => [line.partnerName, line.level, line.desiredMinor])).toEqual([
      ['Leo', 2, '700'],
      ['Mira', 1, '200'],
    ]);
    expect(explained.lines[0]?.sentences.partner[0]).toBe(
      '1.00 lot EURUSD was closed on 2 July 2024 after 24 h 49 min; at 7.00 USD per lot this pays 7.00 USD.',
    );
    expect(explained.lines[1]?.sentences.partner[0]).toContain(
      'at 2.00 USD per lot as an override this pays 2.00 USD.',
    );
    expect(explained.summary).toBe(
      '1.00 lot EURUSD was closed on 2 July 2024 after 24 h 49 min: pays 7.00 USD to Leo and 2.00 USD to Mira.',
    );
    expect(explained.sentences.operator).toContain(
      'The customer is attributed to Leo since 1 June 2024 at 00:00 by a click of 31 May 2024 at 00:00 on campaign "summer".',
    );
  });

  it('names no partner and no customer to a partner', () => {
    const explained = explainEvent(evidenceOf({ postings: [postingOf(lineOf()), postingOf(override)] }));
    const said = [
      ...explained.sentences.partner,
      ...explained.lines.flatMap((line) => line.sentences.partner),
    ].join(' ');
    expect(said).not.toMatch(/Leo|Mira|4711|764636/);
    expect(explained.lines.map((line) => line.sentences.operator.join(' ')).join(' ')).toMatch(/Leo.*Mira/);
  });

  it('says what a level of mode difference keeps', () => {
    const line = lineOf({
      partnerId: MASTER,
      level: 1,
      leaf: false,
      amountMinor: '300',
      basis: { lots: '1', rate: '10', own: '10', below: '7', exact: '3', mode: 'difference' },
    });
    const explained = explainEvent(
      evidenceOf({ decision: { state: 'decided', assembly: { kind: 'trade', trade }, lines: [line] } }),
    );
    expect(explained.lines[0]?.sentences.partner[0]).toMatch(
      /at 10\.00 USD per lot less 7\.00 USD per lot earned below, this pays 3\.00 USD\.$/,
    );
  });

  it('says the amount before rounding where rounding changed it', () => {
    const line = lineOf({
      amountMinor: '542',
      basis: { lots: '0.775', rate: '7', exact: '5.425', mode: 'additive_fixed' },
    });
    const explained = explainEvent(
      evidenceOf({ decision: { state: 'decided', assembly: { kind: 'trade', trade }, lines: [line] } }),
    );
    expect(explained.lines[0]?.sentences.partner[0]).toMatch(
      /this pays 5\.42 USD \(5\.425 USD before rounding\)\.$/,
    );
  });

  it.each([
    ['trade_too_short', /open for less than the minimum/, /at least 3 min\./],
    ['unattributed', /No partner referred this customer/, /not attributed to a partner/],
    ['no_rate', /no rate for this symbol/, /no rate for this symbol/],
  ] as const)('says why it pays nothing: %s', (reason, operator, partner) => {
    const explained = explainEvent(
      evidenceOf({ decision: { state: 'decided', reason, assembly: { kind: 'trade', trade }, lines: [] } }),
    );
    expect(explained).toMatchObject({ state: 'decided', reason, lines: [] });
    expect(explained.sentences.operator.join(' ')).toMatch(operator);
    expect(explained.sentences.partner.join(' ')).toMatch(partner);
    expect(explained.summary).toMatch(/^The event pays nothing:/);
  });

  it('says what is missing while the event is parked', () => {
    const explained = explainEvent(
      evidenceOf({
        placement: null,
        customer: null,
        claims: [],
        parked: { reason: 'unknown_customer', parkedAt: at('2024-07-02T11:00:06Z') },
      }),
    );
    expect(explained).toMatchObject({ state: 'parked', reason: 'unknown_customer', lines: [] });
    expect(explained.missing).toEqual([
      'A link of mt5:live 764636 to a customer that is in force at 2 July 2024 at 10:59.',
    ]);
    expect(explained.sentences.partner.join(' ')).not.toContain('764636');
  });

  it('says what is missing while the close waits for its opening', () => {
    const decision: EventDecision = {
      state: 'waiting',
      reason: 'trade_open_missing',
      assembly: { kind: 'waiting', reason: 'trade_open_missing' },
      lines: [],
    };
    expect(explainEvent(evidenceOf({ decision })).missing).toEqual(['The opening execution of position 9.']);
  });
});

describe('the explanation of a commission', () => {
  it('shows its own line only to the partner, and its postings sum to what is booked', () => {
    const [mine, other] = [postingOf(lineOf()), postingOf(override)];
    const explained = explainCommission(evidenceOf({ postings: [mine, other] }), mine.commissionId);
    expect(explained).toMatchObject({
      line: { bookedMinor: '700', state: 'held', stateReason: 'hold_period' },
      posting: { amountMinor: '700' },
    });
    expect(explained?.sentences.partner).toEqual(explained?.line.sentences.partner);
    expect(explained?.sentences.partner.join(' ')).not.toContain('2.00 USD');
    expect(explained?.sentences.partner.at(-1)).toBe(
      'It is held until 3 July 2024 (hold period of the deal).',
    );
  });

  it('says that later evidence took it back', () => {
    const booked = postingOf(lineOf());
    const back = postingOf(lineOf(), {
      amountMinor: '-700',
      commissionId: packCommissionId({ lane: 5, hopId: uuid(21), row: 0, item: 0 }),
    });
    const decision: EventDecision = { state: 'decided', reason: 'unattributed', lines: [] };
    const explained = explainCommission(
      evidenceOf({ decision, postings: [booked, back] }),
      booked.commissionId,
    );
    expect(explained).toMatchObject({ line: { desiredMinor: null, bookedMinor: '0', state: 'cancelled' } });
    expect(explained?.summary).toBe(
      '7.00 USD for Leo; later evidence no longer gives this line, and what was booked for it nets to 0.00 USD.',
    );
  });

  it('is approved when it took something back from what was approved: no release comes for it', () => {
    const taking = postingOf(lineOf(), {
      amountMinor: '-300',
      groupRelease: 1,
      group: {
        holdUntil: at('2024-07-03T00:00:00Z'),
        heldMinor: '0',
        approvedMinor: '400',
        releases: 1,
        decisions: [],
      },
    });
    const explained = explainCommission(
      evidenceOf({ postings: [taking], now: at('2024-07-04T00:00:00Z') }),
      taking.commissionId,
    );
    expect(explained).toMatchObject({ posting: { state: 'approved' } });
    expect(explained?.sentences.partner.at(-1)).toBe(
      'What is taken back was taken from what had been approved.',
    );
  });

  it('is approved once its settlement group was released after it was booked', () => {
    const decisions = [
      { id: uuid(30), kind: 'hold_release', effectiveAt: at('2024-07-03T00:00:00Z'), recordedBy: 'clock' },
    ];
    const posting = postingOf(lineOf(), {
      group: {
        holdUntil: at('2024-07-03T00:00:00Z'),
        heldMinor: '0',
        approvedMinor: '700',
        releases: 1,
        decisions,
      },
    });
    const explained = explainCommission(
      evidenceOf({ postings: [posting], now: at('2024-07-04T00:00:00Z') }),
      posting.commissionId,
    );
    expect(explained).toMatchObject({
      posting: { state: 'approved' },
      line: { state: 'approved', stateReason: null },
    });
    expect(explained?.sentences.partner.at(-1)).toBe(
      'The hold ended and the amount was approved on 3 July 2024.',
    );
  });

  it('is unknown when the evidence has no such posting', () => {
    expect(explainCommission(evidenceOf(), postingOf(lineOf()).commissionId)).toBeUndefined();
  });
});
