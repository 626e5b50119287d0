import { compareBytewise } from '../../kernel/canonical-order.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { endedStanding, naturalKeyOf, standingOf } from './facts.ts';
import type { Line, LineDifference, PaidStanding } from './facts.ts';

/** Whose lines are compared: one event's, or (eventId null) those of customer scope. */
export interface DifferenceScope {
  readonly customerId: string;
  readonly customerLane: number;
  readonly eventId: string | null;
  /** occurredAt of the event, ISO. A line whose basis names its qualifiedAt is dated by that instead. */
  readonly causedAt: string;
  /** Why `after` is what it is, where it pays nothing. */
  readonly reason?: ReasonCode | undefined;
}

/**
 * What must be posted so that the books agree with `after` where they agreed with `before` (design.md 1): for each natural key and
 * settlement group the amount now minus the amount then, zeros left out, in order of natural key. A line that moves to another
 * settlement group is a minus in the one and a plus in the other. `diffLines(x, x)` is empty. Pure; neither order matters.
 */
export function diffLines(
  scope: DifferenceScope,
  before: readonly Line[],
  after: readonly Line[],
): LineDifference[] {
  const changes = new Map<string, Change>();
  const add = (line: Line, sign: 1n | -1n): void => {
    const key = groupedKey(scope, line);
    const known = changes.get(key);
    const amount = (known?.amount ?? 0n) + sign * BigInt(line.amountMinor);
    const standing = standingOf(line, keyOf(scope, line));
    changes.set(key, {
      line,
      amount,
      was: sign < 0n ? (standing ?? known?.was) : known?.was,
      is: sign > 0n ? (standing ?? known?.is) : known?.is,
    });
  };
  for (const line of before) add(line, -1n);
  for (const line of after) add(line, 1n);
  return [...changes]
    .filter(([, change]) => change.amount !== 0n || !isSame(change))
    .sort(([a], [b]) => compareBytewise(a, b))
    .map(([, { line, amount, was, is }]) => {
      const standing = is ?? (was === undefined ? undefined : endedStanding(was));
      return {
        amountMinor: amount.toString(),
        currency: line.currency,
        component: line.component,
        partnerId: line.partnerId,
        level: line.level,
        holdDay: line.holdDay,
        holdReason: line.holdReason,
        customerId: scope.customerId,
        customerLane: scope.customerLane,
        eventId: scope.eventId,
        ...(line.rebate === undefined ? {} : { rebate: line.rebate }),
        ...(scope.reason === undefined || amount > 0n ? {} : { reason: scope.reason }),
        // A CPA is dated by its qualification, what an event takes back of it by that event.
        causedAt: (scope.eventId === null ? line.basis['qualifiedAt'] : undefined) ?? scope.causedAt,
        ...(standing === undefined ? {} : { ifPaid: standing }),
      };
    });
}

interface Change {
  readonly line: Line;
  readonly amount: bigint;
  /** What it takes back, before and now. */
  readonly was: PaidStanding | undefined;
  readonly is: PaidStanding | undefined;
}

/** What a line takes back may change although its amount does not: other shares by age, another instant. */
function isSame({ was, is }: Change): boolean {
  if (was === undefined || is === undefined) return was === is;
  return (
    was.key === is.key &&
    was.by === is.by &&
    was.original === is.original &&
    was.taken === is.taken &&
    was.spared === is.spared &&
    was.review === is.review
  );
}

function keyOf({ eventId, customerId }: DifferenceScope, line: Line): string {
  return naturalKeyOf({ ...line, eventId, customerId });
}

function groupedKey(scope: DifferenceScope, line: Line): string {
  return `${keyOf(scope, line)}|${line.currency}|${line.holdDay}|${line.holdReason}`;
}
