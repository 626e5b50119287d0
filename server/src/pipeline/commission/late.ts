import type { Instant } from '../../kernel/instant.ts';
import { addMicros, maxInstant } from '../../kernel/instant.ts';
import { endOfPeriod, nextPeriod } from '../../kernel/period.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { PeriodInput } from './facts.ts';

/**
 * In which period evidence counts that came after its own had been closed (rules.md 2.10): in its own, which is computed again; or, where the
 * deal of the one who earns says `late: current_period`, in the first one that was open when it came (receivedAt, by the program's clock),
 * unless that deal has no such component there. Periods before a closed one count as closed. Pure.
 */
export function dateInputs(
  program: ProgramSnapshot,
  inputs: readonly PeriodInput[],
  receivedAt: Instant,
): readonly PeriodInput[] {
  return inputs.map((input) => {
    const { period } = input;
    const counted = countingPeriod(program, input, receivedAt);
    return counted === period
      ? input
      : { ...input, period: counted, lateOf: period, measures: withoutCuts(input.measures) };
  });
}

/** The period in which one thing counts. */
export function countingPeriod(
  program: ProgramSnapshot,
  { partnerId, component, period }: Pick<PeriodInput, 'partnerId' | 'component' | 'period'>,
  receivedAt: Instant,
): string {
  const closed = program.closedPeriods?.findLast(({ closedAt }) => closedAt < receivedAt)?.period;
  if (closed === undefined || period > closed) return period;
  const open = nextPeriod(closed);
  const dealOf = (one: string): ReturnType<typeof findDealInForce> =>
    findDealInForce(program, partnerId, addMicros(endOfPeriod(one, program.zone), -1));
  const isThere = dealOf(open)?.document.components.some(({ id }) => id === component) ?? false;
  return dealOf(period)?.document.late === 'current_period' && isThere ? open : period;
}

/** When the last of what a CPA rests on came, by the program's clock. */
export function knownSince(
  { counted, grantedBy }: { readonly counted: ReadonlySet<string>; readonly grantedBy?: string },
  events: readonly PlacedEvent[],
): Instant {
  const granting = events.find((event) => event.eventId === grantedBy);
  const used = events.filter(
    (event) =>
      granting !== undefined && event.occurredAt <= granting.occurredAt && counted.has(event.eventId),
  );
  return [granting, ...used].reduce<Instant>(
    (last, event) => (event === undefined ? last : maxInstant(last, event.receivedAt)),
    Number.NEGATIVE_INFINITY as Instant,
  );
}

/** In another month it stands under the partner above of its end. */
function withoutCuts(measures: PeriodInput['measures']): PeriodInput['measures'] {
  return Object.fromEntries(Object.entries(measures).filter(([name]) => !name.startsWith('cut/')));
}
