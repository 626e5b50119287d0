// What can be paid to a partner, and whether a payment that a person records fits it (rules.md 2.8, 2.11; semantics.md 9). Pure.
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import type { GroupStanding, NamedGroup, Standing } from './facts.ts';

export interface AskedPayment {
  readonly currency: string;
  readonly amount: bigint;
  readonly paidAt: Instant;
  /** null: everything payable. */
  readonly groups: readonly NamedGroup[] | null;
}

/** What a payment pays. */
export interface Payment {
  readonly groups: readonly GroupStanding[];
  readonly returned: bigint;
}

export type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

function accept<T>(value: T): Judged<T> {
  return { ok: true, value };
}

function refuse(code: string, sentence: string): Judged<never> {
  return { ok: false, code, sentence };
}

/** Approved, and all of it: nothing in the group waits for its release. */
export function isPayable({ holdReason, held, approved }: GroupStanding): boolean {
  return holdReason === '' && held === 0n && approved !== 0n;
}

/** True while the clock has something to release: what is payable is known in a moment. */
export function isReleasing({ groups }: Standing, now: Instant): boolean {
  return groups.some(
    ({ holdReason, held, holdUntil }) => holdReason === '' && held !== 0n && holdUntil <= now,
  );
}

/**
 * What a payment of this amount pays, or why it cannot be: it must be exactly what is payable. What the partner owes in other groups is
 * settled with it, and what came back of earlier payments is paid again. `now`: the program's clock. Refuses with `paid_in_future`,
 * `settlement_not_found`, `not_approved`, `provisional`, `already_paid`, `paid_before_approval`, `nothing_payable` and `amount_differs`.
 */
export function judgePayment(
  { currency, amount, paidAt, groups: named }: AskedPayment,
  standing: Standing,
  now: Instant,
): Judged<Payment> {
  if (paidAt > now)
    return refuse(
      'paid_in_future',
      `paidAt is ${formatInstant(paidAt)}, and it is ${formatInstant(now)} by the program's clock: record a payment when it was made`,
    );
  const payable = standing.groups.filter(isPayable);
  const chosen = named === null ? accept(payable) : choose(named, standing.groups);
  if (!chosen.ok) return chosen;
  const early = chosen.value.find(({ approved, holdUntil }) => approved > 0n && holdUntil > paidAt);
  if (early !== undefined)
    return refuse(
      'paid_before_approval',
      `${sayGroup(early)} was not approved before ${formatInstant(early.holdUntil)}, and paidAt is ${formatInstant(paidAt)}: name the settlements that were paid, or correct paidAt`,
    );
  const owed = payable.filter((group) => group.approved < 0n && !chosen.value.includes(group));
  const groups = [...chosen.value, ...owed];
  const sum = groups.reduce((total, group) => total + group.approved, standing.returned);
  const say = (minor: bigint): string =>
    `${formatMoney({ amountMinor: minor, currency: currency as CurrencyCode })} ${currency}`;
  if (groups.length === 0 && standing.returned === 0n)
    return refuse('nothing_payable', `nothing is payable in ${currency}: all that was approved is paid`);
  if (sum <= 0n)
    return refuse(
      'nothing_payable',
      `${say(sum)} is payable, less than nothing after what was taken back: there is nothing to pay`,
    );
  if (sum !== amount)
    return refuse(
      'amount_differs',
      `${say(sum)} is payable, and the payment says ${say(amount)}: record exactly what is payable, or name the settlements that were paid (GET /v1/partners/{id}/payable)`,
    );
  return accept({ groups, returned: standing.returned });
}

function choose(
  named: readonly NamedGroup[],
  standing: readonly GroupStanding[],
): Judged<readonly GroupStanding[]> {
  const chosen = new Set<GroupStanding>();
  for (const name of named) {
    const own = standing.filter(
      ({ component, holdDay }) => component === name.component && holdDay === name.holdDay,
    );
    const payable = own.find(isPayable);
    if (payable !== undefined) {
      chosen.add(payable);
      continue;
    }
    const waits = own.find(({ held, approved }) => held !== 0n || approved !== 0n);
    if (waits !== undefined) return refuseWaiting(waits);
    if (own.some(({ paid }) => paid !== 0n))
      return refuse('already_paid', `${sayGroup(name)} is paid already`);
    return refuse('settlement_not_found', `${sayGroup(name)} has nothing: name what is payable`);
  }
  return accept([...chosen]);
}

function refuseWaiting(group: GroupStanding): Judged<never> {
  if (group.holdReason === 'period_open')
    return refuse('provisional', `${sayGroup(group)} is provisional: close its month first`);
  const until = Number.isFinite(group.holdUntil)
    ? `held until ${formatInstant(group.holdUntil)}`
    : `held for ${group.holdReason}`;
  return refuse('not_approved', `${sayGroup(group)} is not approved: it is ${until}`);
}

function sayGroup({ component, holdDay }: NamedGroup): string {
  return `${component}, held to ${holdDay}`;
}
