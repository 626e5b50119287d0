// What is told of a customer's partner (requirements A4): the difference of what stands, once per change. Pure.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { reasonSentence } from '../../kernel/reason.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { Attribution } from '../attribution/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import { livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerContext } from './facts.ts';

export const CUSTOMER_ATTRIBUTED = 'customer.attributed';
export const CUSTOMER_REASSIGNED = 'customer.reassigned';

/** How a customer's bonds differ from what they were. */
export interface BondChange {
  readonly type: typeof CUSTOMER_ATTRIBUTED | typeof CUSTOMER_REASSIGNED;
  /** The earliest instant at which the customer is another one's. */
  readonly from: Instant;
  /** From then on; null = nobody. */
  readonly partnerId: string | null;
  /** Who had it before from that instant on; null = nobody. */
  readonly previousPartnerId: string | null;
}

/**
 * What a decision changed about whose the customer is; undefined when nothing did. A first partner is an attribution, everything else a
 * reassignment: another partner, nobody any more, other instants. Who won by what is not compared, for it moves nobody.
 */
export function findBondChange(before: CustomerContext, after: CustomerContext): BondChange | undefined {
  const [old, now] = [before.attributions, after.attributions];
  const instants = [...old, ...now].map((bond) => bond.from).toSorted((a, b) => (a < b ? -1 : 1));
  const from = instants.find((at) => partnerAt(old, at) !== partnerAt(now, at));
  if (from === undefined) return undefined;
  const wasBound = old.some((bond) => bond.partnerId !== null);
  return {
    type: wasBound ? CUSTOMER_REASSIGNED : CUSTOMER_ATTRIBUTED,
    from,
    partnerId: partnerFrom(now, from),
    previousPartnerId: partnerFrom(old, from),
  };
}

/** A change of one customer that a turn has decided. */
export interface DecidedBond {
  readonly lane: number;
  readonly customerId: string;
  readonly programId: string;
  readonly name: BondNotice['name'];
  readonly change: BondChange;
  readonly attributions: readonly Attribution[];
  readonly mergedInto: string | undefined;
  readonly changeSetId: string | null;
}

/** What is to be told of one customer of a turn: one change, or none. */
export function listDecidedBonds(
  { due, program, row, scope }: JudgedCustomer,
  name: BondNotice['name'] | undefined,
): DecidedBond[] {
  if (scope === undefined) return [];
  const change = findBondChange(row?.context ?? EMPTY_CONTEXT, scope.context);
  if (change === undefined) return [];
  const root = livesWith(program, due.customerId);
  return [
    {
      ...due,
      name: name ?? { namespace: row?.namespace ?? '', value: row?.value ?? '' },
      change,
      attributions: scope.context.attributions,
      changeSetId: row?.changeSetId ?? null,
      mergedInto: root === due.customerId ? undefined : root,
    },
  ];
}

/** Of a turn's customer what is asked here; `scope` undefined = only executions were judged. */
interface JudgedCustomer {
  readonly due: { readonly lane: number; readonly customerId: string; readonly programId: string };
  readonly row:
    | {
        readonly context: CustomerContext;
        readonly namespace: string;
        readonly value: string;
        readonly changeSetId: string | null;
      }
    | undefined;
  readonly scope: { readonly context: CustomerContext } | undefined;
  readonly program: ProgramSnapshot;
}

function partnerAt(bonds: readonly Attribution[], at: Instant): string | null {
  return findAttributionAt(bonds, at)?.partnerId ?? null;
}

/** Whose the customer is from an instant on; before the first bond, whose it becomes by that: somebody else begins earlier with it now. */
function partnerFrom(bonds: readonly Attribution[], at: Instant): string | null {
  return (findAttributionAt(bonds, at) ?? bonds[0])?.partnerId ?? null;
}

/** What a webhook about a customer names beside the change. */
export interface BondNotice {
  readonly programId: string;
  readonly programNow: Instant;
  readonly customerId: string;
  /** The registrar's own name of the customer. */
  readonly name: { readonly namespace: string; readonly value: string };
  readonly change: BondChange;
  readonly attributions: readonly Attribution[];
  /** With whom the customer lives, where it was merged away. */
  readonly mergedInto: string | undefined;
  /** The change set that a person made it by; null = there is none. */
  readonly changeSetId: string | null;
  /** Own ids of partners, as the operator gave them. */
  readonly refs: ReadonlyMap<string, string | null>;
  /** Which change of this customer it is, from 1. */
  readonly sequence: number;
}

/** As the receiver gets it; contract/src/webhook-events.ts holds the schema. */
export function describeBondChange(notice: BondNotice): object {
  const { change, attributions, refs, mergedInto } = notice;
  const bond = findAttributionAt(attributions, change.from);
  const reason = mergedInto === undefined ? bond?.reason : 'merged';
  return {
    type: change.type,
    timestamp: formatInstant(notice.programNow),
    data: {
      programId: wireId('prg', notice.programId),
      customerId: wireId('cus', notice.customerId),
      customer: notice.name,
      sequence: notice.sequence,
      effectiveFrom: instantText(change.from),
      partnerId: partnerText(change.partnerId),
      partnerRef: refOf(refs, change.partnerId),
      ...(change.type === CUSTOMER_REASSIGNED
        ? {
            previousPartnerId: partnerText(change.previousPartnerId),
            previousPartnerRef: refOf(refs, change.previousPartnerId),
            mergedInto: mergedInto === undefined ? null : wireId('cus', mergedInto),
          }
        : {}),
      by: bond?.winner?.kind ?? null,
      campaign: bond?.winner?.campaign ?? null,
      linkId: bond?.winner?.linkId === undefined ? null : wireId('lnk', bond.winner.linkId),
      code: bond?.winner?.code ?? null,
      changeSetId: notice.changeSetId === null ? null : wireId('chg', notice.changeSetId),
      reason: reason ?? null,
      sentence: sayBond(change, reason),
      bonds: listTold(attributions).map(({ from, partnerId }) => ({
        from: instantText(from),
        partnerId: partnerText(partnerId),
        partnerRef: refOf(refs, partnerId),
      })),
    },
  };
}

/** Every partner that a message names. */
export function partnersOfChange(change: BondChange, attributions: readonly Attribution[]): string[] {
  return [change.partnerId, change.previousPartnerId, ...attributions.map((bond) => bond.partnerId)].filter(
    (id): id is string => id !== null,
  );
}

/** Bonds one after the other without those that change nobody. */
function listTold(attributions: readonly Attribution[]): { from: Instant; partnerId: string | null }[] {
  return attributions
    .filter((bond, index) => bond.partnerId !== (attributions[index - 1]?.partnerId ?? null))
    .map(({ from, partnerId }) => ({ from, partnerId }));
}

function sayBond({ type, partnerId }: BondChange, reason: ReasonCode | undefined): string {
  if (reason !== undefined) return reasonSentence(reason, 'operator');
  if (type === CUSTOMER_ATTRIBUTED) return 'The customer has a partner from this instant on.';
  return partnerId === null
    ? 'The customer has no partner from this instant on.'
    : 'The customer has another partner from this instant on.';
}

function refOf(refs: ReadonlyMap<string, string | null>, partnerId: string | null): string | null {
  return partnerId === null ? null : (refs.get(partnerId) ?? null);
}

function partnerText(partnerId: string | null): string | null {
  return partnerId === null ? null : wireId('prt', partnerId);
}

/** null = from the beginning. */
function instantText(instant: Instant): string | null {
  return Number.isFinite(instant) ? formatInstant(instant) : null;
}
