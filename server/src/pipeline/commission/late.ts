import type { Instant } from '../../kernel/instant.ts';
import { addMicros } from '../../kernel/instant.ts';
import { endOfPeriod, nextPeriod } from '../../kernel/period.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
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
  const closed = program.closedPeriods?.findLast(({ closedAt }) => closedAt < receivedAt)?.period;
  if (closed === undefined || inputs.every(({ period }) => period > closed)) return inputs;
  const open = nextPeriod(closed);
  return inputs.map((input) => {
    const { partnerId, component, period } = input;
    if (period > closed) return input;
    const dealOf = (at: string): ReturnType<typeof findDealInForce> =>
      findDealInForce(program, partnerId, addMicros(endOfPeriod(at, program.zone), -1));
    const isThere = dealOf(open)?.document.components.some(({ id }) => id === component) ?? false;
    return dealOf(period)?.document.late === 'current_period' && isThere
      ? { ...input, period: open, lateOf: period, measures: withoutCuts(input.measures) }
      : input;
  });
}

/** In another month it stands under the partner above of its end. */
function withoutCuts(measures: PeriodInput['measures']): PeriodInput['measures'] {
  return Object.fromEntries(Object.entries(measures).filter(([name]) => !name.startsWith('cut/')));
}
