// What a partner gives of its own commission to the customer of a trade (semantics.md 5.8). Pure.
import { decimal, formatDecimal, percentOf } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, fromMinor, toMinor } from '../../kernel/money.ts';
import { livesWith } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findRebateRule, rebateComponentOf, rebateSpanOf } from '../../registry/rebates/facts.ts';
import type { RebateRule } from '../../registry/rebates/facts.ts';
import type { DealVersion } from '../../registry/deals/facts.ts';
import type { Attribution } from '../attribution/facts.ts';
import type { Line, ZeroLine } from './facts.ts';

/** A paid event with the customer's partner of its instant. */
export interface RebateSale {
  readonly program: ProgramSnapshot;
  readonly customerId: string;
  readonly leafId: string;
  readonly attribution: Attribution | undefined;
  readonly deal: DealVersion;
  /** occurredAt: the rule in force then holds. */
  readonly at: Instant;
}

export interface Rebates {
  readonly lines: readonly Line[];
  /** Rules that gave nothing, each with why. */
  readonly zeros: readonly ZeroLine[];
}

const NONE: Rebates = { lines: [], zeros: [] };

/**
 * What the partner of the customer gives of its own lines: a minus for it, at most the line itself, rounded once as its deal rounds. Of
 * the lines of the levels above nothing is given. A line that is taken back has no rebate any more, and the difference is booked like
 * that of any line.
 */
export function listRebates(sale: RebateSale, lines: readonly Line[]): Rebates {
  const rules = sale.program.rebates?.get(sale.leafId);
  if (rules === undefined) return NONE;
  const given = lines.flatMap((line) => {
    if (!line.leaf || line.partnerId !== sale.leafId) return [];
    const rule = ruleFor(sale, rules, line.component);
    return rule === undefined ? [] : [rebateOf(sale, line, rule)];
  });
  return {
    lines: given.filter((one): one is Line => 'basis' in one),
    zeros: given.filter((one): one is ZeroLine => !('basis' in one)),
  };
}

function ruleFor(
  { program, customerId, attribution, at }: RebateSale,
  rules: readonly RebateRule[],
  component: string,
): RebateRule | undefined {
  return findRebateRule(rules, {
    at,
    component,
    linkId: attribution?.winner?.linkId,
    campaign: attribution?.winner?.campaign,
    isCustomer: (id) => livesWith(program, id) === customerId,
  });
}

function rebateOf({ program, deal, at }: RebateSale, line: Line, rule: RebateRule): Line | ZeroLine {
  const { currency } = line;
  const amountMinor = BigInt(line.amountMinor);
  const exact = percentOf(fromMinor(amountMinor, currency), decimal(rule.percent));
  const given = toMinor(exact, currency, deal.document.rounding);
  const component = rebateComponentOf(line.component);
  if (given === 0n) {
    const { partnerId, level } = line;
    const reason = exact.digits === 0n ? 'rebate_none' : 'rounded_to_zero';
    return { component, partnerId, level, reason };
  }
  return {
    component,
    partnerId: line.partnerId,
    level: line.level,
    amountMinor: String(-given),
    currency,
    holdDay: line.holdDay,
    holdReason: line.holdReason,
    dealId: line.dealId,
    dealVersion: line.dealVersion,
    leaf: true,
    basis: {
      rebatePercent: rule.percent,
      of: formatMoney({ amountMinor, currency }),
      exact: formatDecimal(exact),
      whom: rule.whom.kind,
      every: rule.every,
      ...(line.basis['opensOn'] === undefined ? {} : { opensOn: line.basis['opensOn'] }),
    },
    rebate: { rule: rule.id, span: rebateSpanOf(at, rule.every, program.zone) },
  };
}
