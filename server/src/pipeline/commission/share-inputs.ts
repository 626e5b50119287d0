import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { addCalendarMonths } from '../../kernel/zone.ts';
import type { SubPartnerShareComponent } from '../../registry/deals/facts.ts';
import { findDealInForce, findVersionAt } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { Line, PeriodInput } from './facts.ts';
import { periodOf } from './periods.ts';

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

/** Who shares in the commission of a partner at an instant: its parent, where its deal says so and the share has not run out. */
export function listSharers(
  program: ProgramSnapshot,
  partnerId: string,
  at: Instant,
): { partnerId: string; component: SubPartnerShareComponent; currency: string }[] {
  const edge = findVersionAt(program.edges.get(partnerId) ?? [], at);
  if (edge === undefined || edge.parentId === null) return [];
  const { parentId, effectiveFrom } = edge;
  const deal = findDealInForce(program, parentId, at);
  if (deal === undefined) return [];
  return deal.document.components.flatMap((component) => {
    if (component.kind !== 'sub_partner_share' || component.basis !== 'commission') return [];
    const months = component.expiresAfterMonths;
    const hasRunOut =
      months !== null &&
      Number.isFinite(effectiveFrom) &&
      at >= addCalendarMonths(effectiveFrom, months, program.zone);
    return hasRunOut ? [] : [{ partnerId: parentId, component, currency: deal.document.currency }];
  });
}
