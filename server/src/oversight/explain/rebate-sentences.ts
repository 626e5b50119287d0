// What is said of what a partner gives to the customer (semantics.md 5.8). Pure; names no partner and no customer.
import { wireId } from '../../kernel/ids.ts';
import type { Line, ZeroLine } from '../../pipeline/commission/facts.ts';
import { isRebate, rebateComponentOf } from '../../registry/rebates/facts.ts';
import type { RebateOrigin } from '../../registry/rebates/facts.ts';
import type { EventEvidence } from './facts.ts';
import { sayAmount, sayDay, sayMinor, sayMonth } from './wording.ts';

const WHOM: Readonly<Record<string, string>> = {
  all: 'all customers of the partner',
  campaign: 'customers who came by this campaign',
  link: 'customers who came by this link',
  customer: 'this customer',
};

/** How a rebate came about: the rule, the share, of which amount, and for which span it is owed. */
export function sayRebate({ basis, amountMinor, currency }: Line, { rule, span }: RebateOrigin): string {
  const { rebatePercent = '', of = '0', whom = '', every = '' } = basis;
  const given = sayMinor(String(-BigInt(amountMinor)), currency);
  return `Of the ${sayAmount(of, currency)} of commission ${rebatePercent} % are given to the customer, by the rule for ${WHOM[whom] ?? whom} (${wireId('rbt', rule)}): ${given}, less for the partner and owed to the customer for ${saySpan(span, every)}.`;
}

function saySpan(span: string, every: string): string {
  if (every === 'month') return sayMonth(span);
  return every === 'week' ? `the week from ${sayDay(span)}` : sayDay(span);
}

/** What of a commission goes to the customer, or that a rule gives nothing of it; nothing where no rule asks. */
export function sayGiven(
  { placement }: Pick<EventEvidence, 'placement'>,
  line: Pick<Line, 'component' | 'partnerId' | 'level'>,
): string[] {
  const component = rebateComponentOf(line.component);
  const isOf = (one: Pick<ZeroLine, 'component' | 'partnerId' | 'level'>): boolean =>
    one.component === component && one.partnerId === line.partnerId && one.level === line.level;
  return (placement?.decision?.lines ?? [])
    .filter(isOf)
    .map(
      ({ amountMinor, currency }) =>
        `${sayMinor(String(-BigInt(amountMinor)), currency)} of it are given to the customer.`,
    );
}

/** True for what a partner gives, which is said of the commission too. */
export function isGiven({ component }: { readonly component: string }): boolean {
  return isRebate(component);
}
