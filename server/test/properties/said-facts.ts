// What is written by API: deals, moves in the tree, suspensions, and facts about customers.
import { customerIdOf } from '../../src/kernel/derived-ids.ts';
import { wireId } from '../../src/kernel/ids.ts';
import { boundsOf, customerName, kycName, loginName, timeOf } from './said.ts';
import type { Call, Fact, Stage } from './said.ts';
import type { Minute, Terms, World } from './world.ts';

export function facts(world: World, stage: Stage): Fact[] {
  const written = customerFacts(world, stage);
  return [
    ...world.terms
      .filter(firstOf((deal) => `${partnerOf(stage, deal.partner) ?? ''} ${deal.from ?? ''}`))
      .map((deal, index): Fact => ({
        tag: 'fact',
        name: `deal ${index}`,
        feature: `deal ${deal.partner === null ? 'of the program' : 'of a partner'}`,
        call: () => ({
          method: 'POST',
          path: '/v1/deals',
          body: {
            programId: wireId('prg', stage.programId),
            partnerId: wirePartner(stage, deal.partner),
            effectiveFrom: instantOrNull(deal.from),
            document: documentOf(deal.terms),
          },
        }),
      })),
    ...moves(world, stage),
    ...world.suspended.map(({ partner, at }): Fact => ({
      tag: 'fact',
      name: 'suspension',
      feature: 'suspension',
      call: () => ({
        method: 'PATCH',
        path: `/v1/partners/${wirePartner(stage, partner)}`,
        body: { status: 'suspended', suspendedAt: timeOf(at) },
      }),
    })),
    ...written,
    ...world.retractions
      .filter(firstOf((n) => String(n % Math.max(written.length, 1))))
      .flatMap((n): Fact[] => {
        const fact = written[n % Math.max(written.length, 1)];
        if (fact === undefined || fact.feature === 'introduction') return [];
        return [
          {
            tag: 'fact',
            name: `retraction of ${fact.name}`,
            feature: 'retraction',
            call: (known) => {
              const id = known.get(fact.name);
              return id === undefined
                ? undefined
                : { method: 'POST', path: `/v1/facts/${id}/retraction`, body: { reason: 'a slip' } };
            },
          },
        ];
      }),
  ];
}

function moves(world: World, stage: Stage): Fact[] {
  const count = stage.partnerIds.length;
  return world.moves
    .filter(({ child }) => child < count)
    .filter(firstOf(({ child, at }) => `${child} ${at}`))
    .map(({ child, parent, at }, index): Fact => ({
      tag: 'fact',
      name: `move ${index}`,
      feature: 'hierarchy move',
      // A parent always has a smaller number, so no order of moves closes a circle.
      call: () => ({
        method: 'POST',
        path: `/v1/partners/${wirePartner(stage, child)}/moves`,
        body: {
          reason: 'as they asked',
          parentId: wirePartner(stage, parent < 0 ? null : Math.min(parent, child - 1)),
          effectiveFrom: timeOf(at),
        },
      }),
    }));
}

/** Facts about customers. One that names a customer by id needs the customer to be there: an introduction by API sees to that. */
function customerFacts(world: World, stage: Stage): Fact[] {
  const named = new Set([
    ...world.attributions.map((fact) => fact.customer),
    ...world.kyc.filter((fact) => !fact.byEvent).map((fact) => fact.customer),
  ]);
  const identifiers = (body: object): Call => ({
    method: 'POST',
    path: '/v1/identifiers',
    body: { programId: wireId('prg', stage.programId), ...body },
  });
  const aboutCustomer =
    (customer: number, what: string, body: object) =>
    (known: ReadonlyMap<string, string>): Call | undefined => {
      if (!known.has(`introduction ${customer}`)) return undefined;
      const id = wireId('cus', customerIdOf(stage.programId, 'customer', customerName(customer)));
      return { method: 'POST', path: `/v1/customers/${id}/${what}`, body };
    };
  return [
    ...[...named].map((customer): Fact => ({
      tag: 'fact',
      name: `introduction ${customer}`,
      feature: 'introduction',
      call: () =>
        identifiers({
          namespace: 'customer',
          value: customerName(customer),
          customer: { value: customerName(customer) },
        }),
    })),
    ...world.links.map((link, index): Fact => ({
      tag: 'fact',
      name: `link ${index}`,
      feature: 'identifier link by API',
      call: () => {
        const { from, to } = boundsOf(link);
        return identifiers({
          namespace: 'mt5:live',
          value: loginName(link.login),
          customer: { value: customerName(link.customer) },
          effectiveFrom: instantOrNull(from),
          effectiveTo: instantOrNull(to),
        });
      },
    })),
    // A second one from the same instant is refused. Whether a granted CPA stays is a decision of the moment, so it is said (rules.md 1.3).
    ...world.attributions
      .filter(firstOf(({ customer, from }) => `${customer} ${from ?? ''}`))
      .map(({ customer, partner, from }, index): Fact => ({
        tag: 'fact',
        name: `attribution ${index}`,
        feature: index % 2 === 0 ? 'manual attribution' : 'manual attribution that keeps the CPA',
        call: aboutCustomer(customer, 'attributions', {
          partnerId: wirePartner(stage, partner),
          effectiveFrom: instantOrNull(from),
          keepsCpa: index % 2 === 1,
          reason: `reason ${index}`,
        }),
      })),
    ...world.kyc
      .filter((fact) => !fact.byEvent)
      .map(({ customer, status, at }, index): Fact => ({
        tag: 'fact',
        name: `kyc ${index}`,
        feature: 'kyc by API',
        call: aboutCustomer(customer, 'kyc', { status: kycName(status), effectiveFrom: timeOf(at) }),
      })),
  ];
}

function documentOf(terms: Terms): object {
  const levels = { mode: terms.mode, maxDepth: terms.depth };
  const { cpa } = terms;
  return {
    currency: terms.currency,
    symbolGroups: { metals: ['XAUUSD'] },
    components: [
      {
        id: 'per-lot',
        kind: 'per_lot',
        levels,
        minimumDurationSeconds: terms.minimumDuration,
        holdDays: terms.hold,
        rates: [{ rate: tenths(terms.rate) }, { group: 'metals', rate: tenths(terms.goldRate) }],
        overrides: [{ rate: tenths(terms.override) }],
      },
      ...(cpa === null
        ? []
        : [
            {
              id: 'cpa',
              kind: 'cpa',
              levels,
              amount: String(cpa.amount),
              override: cpa.override === null ? null : String(cpa.override),
              minimumDeposit: String(cpa.minimum),
              windowDays: cpa.windowDays,
              requireKyc: cpa.kyc,
              termsAt: cpa.termsAt,
              holdDays: terms.hold,
            },
          ]),
    ],
  };
}

const tenths = (n: number): string => (n / 10).toFixed(1);

function instantOrNull(minute: Minute | null): string | null {
  return minute === null ? null : timeOf(minute);
}

function partnerOf(stage: Stage, partner: number | null): string | undefined {
  return partner === null ? undefined : stage.partnerIds[partner % stage.partnerIds.length];
}

function wirePartner(stage: Stage, partner: number | null): string | null {
  const id = partnerOf(stage, partner);
  return id === undefined ? null : wireId('prt', id);
}

/** Keeps the first of those with the same key: two versions cannot begin at one instant. */
function firstOf<T>(keyOf: (item: T) => string): (item: T, index: number, all: readonly T[]) => boolean {
  return (item, index, all) => all.findIndex((other) => keyOf(other) === keyOf(item)) === index;
}
