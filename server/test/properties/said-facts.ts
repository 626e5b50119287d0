// What is written by API: deals, moves in the tree, codes, suspensions, and facts about customers.
import { wireId } from '../../src/kernel/ids.ts';
import { beginningOf, documentOf } from './said-deals.ts';
import { boundsOf, codeName, customerName, endOf, kycName, loginName, settingsOf, timeOf } from './said.ts';
import type { Call, Fact, Stage } from './said.ts';
import {
  conflictsOf,
  decisions,
  linkCall,
  mergesOf,
  partnerOf,
  wireCustomer,
  wirePartner,
} from './said-decisions.ts';
import type { Minute, World } from './world.ts';

export function facts(world: World, stage: Stage): Fact[] {
  const written = customerFacts(world, stage);
  const retracted = new Set(
    world.retractions.map((n) => written[n % Math.max(written.length, 1)]?.name ?? ''),
  );
  return [
    ...settings(world, stage),
    ...codes(world, stage),
    ...decisions(world, stage),
    ...world.terms
      .filter(
        firstOf((deal) => `${partnerOf(stage, deal.partner) ?? ''} ${beginningOf(world, deal.from) ?? ''}`),
      )
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
            effectiveFrom: beginningOf(world, deal.from),
            document: documentOf(deal.terms),
          },
        }),
      })),
    ...grades(world, stage),
    ...moves(world, stage),
    ...suspensions(world, stage),
    ...written.map((fact): Fact =>
      retracted.has(fact.name) && fact.feature !== 'introduction' ? { ...fact, undone: true } : fact,
    ),
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
            undone: true,
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

/** Two agree to each. They can be said when the terms of the program are known, which hold from then on at the latest. */
function grades(world: World, stage: Stage): Fact[] {
  const begins = beginningOf(world, world.terms.find(({ partner }) => partner === null)?.from ?? null);
  return (world.graded ?? [])
    .filter(({ at }) => begins === null || timeOf(at) >= begins)
    .filter(firstOf(({ partner, at }) => `${partnerOf(stage, partner) ?? ''} ${at}`))
    .map(({ partner, at, gold }, index): Fact => ({
      tag: 'fact',
      name: `grade ${index}`,
      feature: 'grade',
      call: (known) =>
        known.has('deal 0')
          ? {
              method: 'POST',
              path: `/v1/partners/${wirePartner(stage, partner)}/grade`,
              body: {
                grade: gold ? 'gold' : 'bronze',
                effectiveFrom: timeOf(at),
                reason: 'as they agreed',
              },
            }
          : undefined,
    }));
}

function moves(world: World, stage: Stage): Fact[] {
  const count = stage.partnerIds.length;
  return world.moves
    .filter(({ child }) => child < count)
    .filter(firstOf(({ child, at }) => `${child} ${at}`))
    .flatMap(({ child, parent, at, takenBack }, index): Fact[] => {
      const name = `move ${index}`;
      const move: Fact = {
        tag: 'fact',
        name,
        feature: 'hierarchy move',
        undone: takenBack,
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
      };
      const retraction: Fact = {
        tag: 'fact',
        name: `retraction of ${name}`,
        feature: 'retraction of a move',
        undone: true,
        mayComeLater: true,
        call: (known) => {
          const id = known.get(name);
          return id === undefined
            ? undefined
            : { method: 'POST', path: `/v1/moves/${id}/retraction`, body: { reason: 'a slip' } };
        },
      };
      return takenBack ? [move, retraction] : [move];
    });
}

/** Facts about customers. One that names a customer by id needs the customer to be there: an introduction by API sees to that. */
function customerFacts(world: World, stage: Stage): Fact[] {
  const identifiers = (body: object): Call => linkCall(stage, body);
  const aboutCustomer =
    (customer: number, what: string, body: object) =>
    (known: ReadonlyMap<string, string>): Call | undefined => {
      if (!known.has(`introduction ${customer}`)) return undefined;
      return { method: 'POST', path: `/v1/customers/${wireCustomer(stage, customer)}/${what}`, body };
    };
  return [
    ...[...listNamed(world)].map((customer): Fact => ({
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
    // A second one from the same instant is refused, also of somebody who is merged with the customer by then. Whether a granted CPA stays is a decision of the moment, so it is said (rules.md 1.3).
    ...world.attributions
      .filter(firstOf(({ customer, from }) => `${joinedWith(world, customer)} ${from ?? ''}`))
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
    ...world.statuses
      .filter((fact) => !fact.byEvent)
      .map(({ customer, status, at, to }, index): Fact => ({
        tag: 'fact',
        name: `status ${index}`,
        feature: `status ${status} by API`,
        call: aboutCustomer(customer, 'status', {
          status,
          effectiveFrom: timeOf(at),
          ...(status === 'readmitted' || to === null ? {} : { effectiveTo: timeOf(endOf(at, to)) }),
        }),
      })),
    ...world.countries.map(({ customer, country, basis, at }, index): Fact => ({
      tag: 'fact',
      name: `country ${index}`,
      feature: 'country by API',
      call: aboutCustomer(customer, 'country', { country, basis, effectiveFrom: instantOrNull(at) }),
    })),
  ];
}

/** One name for all who are ever merged with a customer, directly or over others. */
function joinedWith(world: World, customer: number): number {
  const joined = new Set([customer]);
  for (let size = 0; size < joined.size;) {
    size = joined.size;
    for (const { loser, survivor } of mergesOf(world))
      if (joined.has(loser) || joined.has(survivor)) joined.add(loser).add(survivor);
  }
  return Math.min(...joined);
}

/** Customers whom somebody names by id. */
function listNamed(world: World): Set<number> {
  return new Set([
    ...world.attributions.map((fact) => fact.customer),
    ...world.kyc.filter((fact) => !fact.byEvent).map((fact) => fact.customer),
    ...world.statuses.filter((fact) => !fact.byEvent).map((fact) => fact.customer),
    ...world.countries.map((fact) => fact.customer),
    ...mergesOf(world).flatMap(({ loser, survivor }) => [loser, survivor]),
    ...conflictsOf(world).flatMap(({ customers }) => customers),
    ...world.reassigned.map((fact) => fact.customer),
  ]);
}

/** What the program is set to, where it is not said when the program is made. */
function settings(world: World, stage: Stage): Fact[] {
  if (!world.geo.saidLate) return [];
  return [
    {
      tag: 'fact',
      name: 'settings',
      feature: 'settings of the program',
      call: () => ({
        method: 'PATCH',
        path: `/v1/programs/${wireId('prg', stage.programId)}`,
        body: settingsOf(world),
      }),
    },
  ];
}

function codes(world: World, stage: Stage): Fact[] {
  return world.codes.map(({ partner, exclusive, from, to }, index): Fact => ({
    tag: 'fact',
    name: `code ${index}`,
    feature: 'code',
    call: () => ({
      method: 'POST',
      path: '/v1/codes',
      body: {
        partnerId: wirePartner(stage, partner),
        code: codeName(index),
        exclusive,
        effectiveFrom: instantOrNull(from),
        effectiveTo: to === null ? null : timeOf(endOf(from, to)),
      },
    }),
  }));
}

function suspensions(world: World, stage: Stage): Fact[] {
  return world.suspended
    .filter(firstOf(({ partner }) => partnerOf(stage, partner) ?? ''))
    .flatMap(({ partner, at, to }, index): Fact[] => {
      const patch = (body: object): Call => ({
        method: 'PATCH',
        path: `/v1/partners/${wirePartner(stage, partner)}`,
        body,
      });
      const name = `suspension ${index}`;
      const suspension: Fact = {
        tag: 'fact',
        name,
        feature: 'suspension',
        call: () => patch({ status: 'suspended', suspendedAt: timeOf(at) }),
      };
      if (to === null) return [suspension];
      const reinstatement: Fact = {
        tag: 'fact',
        name: `reinstatement ${index}`,
        feature: 'reinstatement',
        call: (known) =>
          known.has(name) ? patch({ status: 'active', reinstatedAt: timeOf(endOf(at, to)) }) : undefined,
      };
      return [suspension, reinstatement];
    });
}

function instantOrNull(minute: Minute | null): string | null {
  return minute === null ? null : timeOf(minute);
}

/** Keeps the first of those with the same key: two versions cannot begin at one instant. */
function firstOf<T>(keyOf: (item: T) => string): (item: T, index: number, all: readonly T[]) => boolean {
  return (item, index, all) => all.findIndex((other) => keyOf(other) === keyOf(item)) === index;
}
