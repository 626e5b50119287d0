import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { periodOf } from '../../kernel/period.ts';
import { listSharers } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { Line, PeriodInput } from './facts.ts';

/**
 * What the direct commission of a partner brings to the one above it that shares in it (semantics.md 4.9, basis commission): the leaf's lines of an event
 * or a CPA, in the currency of the parent's deal. Pure.
 */
export function listShareInputs(
  program: ProgramSnapshot,
  lines: readonly Line[],
  at: Instant,
): PeriodInput[] {
  return lines.flatMap((line) => {
    if (!line.leaf) return [];
    const amount = fromMinor(BigInt(line.amountMinor), line.currency);
    return listSharers(program, line.partnerId, at).flatMap(
      ({ partnerId, component, currency }): PeriodInput[] => {
        const own = convertAmount(program.rates, amount, { from: line.currency, to: currency, at });
        return own === undefined
          ? []
          : [
              {
                component: component.id,
                partnerId,
                period: periodOf(at, program.zone),
                measures: { below: formatDecimal(normalizeDecimal(own.amount)) },
              },
            ];
      },
    );
  });
}
