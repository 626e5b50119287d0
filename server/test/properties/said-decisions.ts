// What people decide: two customers are one person and are not, whose a login is, and who goes to another partner.
import { customerIdOf, identifierIdOf } from '../../src/kernel/derived-ids.ts';
import { wireId } from '../../src/kernel/ids.ts';
import { customerName, loginName, timeOf } from './said.ts';
import type { Call, Fact, Stage } from './said.ts';
import { CONTESTED_LOGIN, DAYS } from './world.ts';
import type { World } from './world.ts';

export function decisions(world: World, stage: Stage): Fact[] {
  return [
    ...merges(world, stage),
    ...conflicts(world, stage),
    ...reassignments(world, stage),
    ...paidBefore(world, stage),
  ];
}

/** Those merges that can be meant together, in whatever order they are made: one of a customer, and no circle of them. */
export function mergesOf(world: World): World['merges'] {
  const into = new Map<number, number>();
  return world.merges.filter(({ loser, survivor }) => {
    if (into.has(loser) || rootOf(into, survivor) === loser) return false;
    into.set(loser, survivor);
    return true;
  });
}

function rootOf(into: ReadonlyMap<number, number>, customer: number): number {
  const next = into.get(customer);
  return next === undefined ? customer : rootOf(into, next);
}

/** Conflicts of two who are not one in the end: that they are one would be the decision. */
export function conflictsOf(world: World): World['conflicts'] {
  const standing = mergesOf(world).filter(({ fate }) => fate !== 'ended');
  const into = new Map(standing.map(({ loser, survivor }) => [loser, survivor]));
  return world.conflicts.filter(({ customers: [a, b] }) => rootOf(into, a) !== rootOf(into, b));
}

function merges(world: World, stage: Stage): Fact[] {
  return mergesOf(world).flatMap(({ loser, survivor, fate }, index): Fact[] => {
    const name = `merge ${index}`;
    const undone = fate === 'ended';
    const mayComeLater = true;
    const mergeAfter =
      (needed: readonly string[]): Fact['call'] =>
      (known) =>
        needed.every((one) => known.has(one))
          ? {
              method: 'POST',
              path: `/v1/customers/${wireCustomer(stage, loser)}/merges`,
              body: { into: wireCustomer(stage, survivor), reason: 'one person' },
            }
          : undefined;
    const end = (known: ReadonlyMap<string, string>): Call | undefined => {
      const id = known.get(name);
      return id === undefined
        ? undefined
        : { method: 'POST', path: `/v1/merges/${id}/end`, body: { reason: 'two persons' } };
    };
    const introduced = [`introduction ${loser}`, `introduction ${survivor}`];
    const ended = `end of ${name}`;
    return [
      { tag: 'fact', name, feature: 'merge', undone, mayComeLater, call: mergeAfter(introduced) },
      ...(fate === 'stands'
        ? []
        : [{ tag: 'fact', name: ended, feature: 'un-merge', undone, mayComeLater, call: end } as const]),
      ...(fate === 'again'
        ? [
            {
              tag: 'fact',
              name: `${name} again`,
              feature: 'merge after an un-merge',
              mayComeLater,
              call: mergeAfter([ended]),
            } as const,
          ]
        : []),
    ];
  });
}

/** Two claims by API, and the decision as soon as both are known where the identifier lives. */
function conflicts(world: World, stage: Stage): Fact[] {
  return conflictsOf(world).flatMap(({ customers, since, keep }): Fact[] => {
    const identifierId = identifierIdOf(stage.programId, 'mt5:live', loginName(CONTESTED_LOGIN));
    const names = customers.map((customer) => `contested link of ${customer}`);
    return [
      ...customers.map((customer, place): Fact => ({
        tag: 'fact',
        name: names[place] ?? '',
        feature: 'contested link',
        call: () => {
          const from = since[place] ?? null;
          return linkCall(stage, {
            namespace: 'mt5:live',
            value: loginName(CONTESTED_LOGIN),
            customer: { value: customerName(customer) },
            effectiveFrom: from === null ? null : timeOf(from),
          });
        },
      })),
      {
        tag: 'fact',
        name: 'decision of a conflict',
        feature: 'decided conflict',
        mayComeLater: true,
        call: (known) =>
          names.every((name) => known.has(name))
            ? {
                method: 'POST',
                path: `/v1/conflicts/${wireId('idf', identifierId)}/decisions`,
                body: { keep: wireCustomer(stage, customers[keep]), reason: 'as the platform says' },
              }
            : undefined,
      },
    ];
  });
}

/**
 * A CPA of an earlier system, taken over at any moment: before the customer is known, or after the CPA was granted here. For the second
 * customer of whom somebody says a country, where there is one: a draw of its own would make other worlds of every seed.
 */
function paidBefore(world: World, stage: Stage): Fact[] {
  return world.countries.slice(1).map(({ customer }): Fact => ({
    tag: 'fact',
    name: `CPA paid before for ${customer}`,
    feature: 'CPA that was paid before',
    call: () => ({
      method: 'POST',
      path: '/v1/openings',
      body: {
        programId: wireId('prg', stage.programId),
        reason: 'paid by the old system',
        rows: [{ kind: 'cpa', customer: customerName(customer) }],
      },
    }),
  }));
}

/**
 * From the day after all that happened, so that no CPA qualifies later: whether a granted CPA stays would be a decision of the moment
 * (rules.md 1.3), and rows of a reassignment cannot say it.
 */
function reassignments(world: World, stage: Stage): Fact[] {
  const rows = world.reassigned.filter(
    ({ customer }, index) => world.reassigned.findIndex((other) => other.customer === customer) === index,
  );
  if (rows.length === 0) return [];
  return [
    {
      tag: 'fact',
      name: 'reassignment',
      feature: 'reassignment of some',
      call: (known) =>
        rows.every(({ customer }) => known.has(`introduction ${customer}`))
          ? {
              method: 'POST',
              path: '/v1/reassignments',
              body: {
                programId: wireId('prg', stage.programId),
                reason: 'a new desk',
                effectiveFrom: timeOf(DAYS * 1440),
                rows: rows.map(({ customer, partner }) => ({
                  customer: customerName(customer),
                  partner: wirePartner(stage, partner),
                })),
              },
            }
          : undefined,
    },
  ];
}

export function linkCall(stage: Stage, body: object): Call {
  return {
    method: 'POST',
    path: '/v1/identifiers',
    body: { programId: wireId('prg', stage.programId), ...body },
  };
}

export function wireCustomer(stage: Stage, customer: number): string {
  return wireId('cus', customerIdOf(stage.programId, 'customer', customerName(customer)));
}

export function partnerOf(stage: Stage, partner: number | null): string | undefined {
  return partner === null ? undefined : stage.partnerIds[partner % stage.partnerIds.length];
}

export function wirePartner(stage: Stage, partner: number | null): string | null {
  const id = partnerOf(stage, partner);
  return id === undefined ? null : wireId('prt', id);
}
