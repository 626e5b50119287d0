import { sortCanonically } from '../../kernel/canonical-order.ts';
import { absDecimal, decimal, negateDecimal, subtractDecimals } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { EventKind } from '../mapping/facts.ts';
import { isChargeback, isDeposit, isOriginal, PURCHASES } from '../qualification/index.ts';
import type { DepositCount } from '../qualification/index.ts';
import type { Brought } from './period-inputs.ts';

/** What other events an event's part depends on. */
export interface Around {
  readonly count: DepositCount;
  readonly events: readonly PlacedEvent[];
  /** The registration that counts. */
  readonly registrationId: string | null;
}

const ACTIVE = { activity: '1' };

/** Kinds whose amount is a measure of the same meaning. */
const MEASURE_OF: { readonly [K in EventKind]?: string } = {
  withdrawal: 'withdrawals',
  bonus_granted: 'bonus_granted',
  bonus_released: 'bonus_released',
  bonus_cost: 'bonus_cost',
  adjustment: 'adjustments',
  challenge_purchased: 'purchases',
  reset_purchased: 'purchases',
};

/**
 * What one event outside trading brings to shares of revenue (docs/deals.md, Measures): bets, wins and what follows from them, money in and
 * out, bonuses, what was taken back, and the named figures of a report row. Undefined when it brings nothing. Pure.
 */
export function broughtBy(event: PlacedEvent, around: Around): Brought | undefined {
  const { content, occurredAt: at } = event;
  const amount = decimal(content.amount ?? '0');
  const brought = (
    money: Readonly<Record<string, Decimal>>,
    numbers: Readonly<Record<string, string>> = {},
    original?: PlacedEvent,
  ): Brought => {
    // What takes back is of the product, the country and the partner of what it takes (rules.md 2.7).
    const named = (original ?? event).content;
    return {
      at,
      receivedAt: event.receivedAt,
      ...(original === undefined ? {} : { boundAt: original.occurredAt, countryAt: original.occurredAt }),
      product: named.product,
      brand: named.brand,
      accountType: named.extra?.['accountType'],
      currency: content.currency,
      money,
      numbers,
    };
  };
  if (isDeposit(event)) return broughtByDeposit(event, around, brought);
  if (isChargeback(event) || content.kind === 'refund') return broughtByReturn(event, around, brought);
  switch (content.kind) {
    case 'registration':
      return event.eventId === around.registrationId ? brought({}, { registrations: '1' }) : undefined;
    case 'bet':
      return brought({ bets: amount, ggr: amount }, ACTIVE);
    case 'win':
      return brought({ wins: amount, ggr: negateDecimal(amount) }, ACTIVE);
    case 'rollback':
      return broughtByRollback(event, around, brought);
    case 'activity_day':
      return broughtByReport(event, brought);
    default: {
      const name = MEASURE_OF[content.kind];
      return name === undefined ? undefined : brought({ [name]: amount }, ACTIVE);
    }
  }
}

type Make = (
  money: Readonly<Record<string, Decimal>>,
  numbers?: Readonly<Record<string, string>>,
  original?: PlacedEvent,
) => Brought;

function broughtByDeposit(event: PlacedEvent, { count }: Around, brought: Make): Brought | undefined {
  const place = count.deposits.findIndex((deposit) => deposit.event.eventId === event.eventId);
  const deposit = count.deposits[place];
  if (deposit === undefined) return undefined;
  return brought(
    { deposits: deposit.amount },
    { ...ACTIVE, deposit_count: '1', ...(place === 0 ? { first_deposits: '1' } : {}) },
  );
}

/** What a chargeback or a refund names: the deposit, or the purchase; undefined when it is not known. */
function findReturned(
  event: PlacedEvent,
  { count, events }: Pick<Around, 'count' | 'events'>,
): PlacedEvent | undefined {
  const id = count.originals.get(event.eventId);
  return (
    count.deposits.find((deposit) => deposit.event.eventId === id)?.event ??
    sortCanonically(events.filter(({ content }) => PURCHASES.has(content.kind))).find((purchase) =>
      isOriginal(purchase, event),
    )
  );
}

/** When what a chargeback or a refund names happened; undefined when it is not known. */
export function findOriginalAt(
  event: PlacedEvent,
  around: Pick<Around, 'count' | 'events'>,
): Instant | undefined {
  return findReturned(event, around)?.occurredAt;
}

/** True when what a chargeback or a refund names was a test, and nothing that counts: it takes nothing then. */
export function isOfTest(event: PlacedEvent, { count, events }: Pick<Around, 'count' | 'events'>): boolean {
  const named = events.filter(
    (one) => (isDeposit(one) || PURCHASES.has(one.content.kind)) && isOriginal(one, event),
  );
  return (
    !count.originals.has(event.eventId) &&
    named.length > 0 &&
    named.every(({ content }) => content.test === true)
  );
}

/** Borne by the partner of the original's instant, in the period in which it was taken back (rules.md 5, Periods). */
function broughtByReturn(event: PlacedEvent, around: Around, brought: Make): Brought | undefined {
  if (isOfTest(event, around)) return undefined;
  const amount = absDecimal(decimal(event.content.amount ?? '0'));
  return brought(
    event.content.kind === 'refund' ? { refunds: amount } : { chargebacks: amount },
    {},
    findReturned(event, around),
  );
}

/**
 * A round that was taken back lowers what its original added, for whom and of what that was, in the period in which it was taken back; without
 * the original nobody knows which that is. Of several of one name the first in canonical order is meant; what takes back a test takes nothing.
 */
function broughtByRollback(event: PlacedEvent, { events }: Around, brought: Make): Brought | undefined {
  const { originalId, transactionId } = event.content;
  const named = events.filter(
    ({ eventId, sourceSlug, content }) =>
      eventId !== event.eventId &&
      sourceSlug === event.sourceSlug &&
      (content.kind === 'bet' || content.kind === 'win') &&
      (originalId === undefined
        ? transactionId !== undefined && content.transactionId === transactionId
        : content.externalId === originalId || content.transactionId === originalId),
  );
  const [original] = sortCanonically(named.filter(({ content }) => content.test !== true));
  if (original === undefined) return undefined;
  const amount = absDecimal(decimal(event.content.amount ?? original.content.amount ?? '0'));
  return original.content.kind === 'bet'
    ? brought({ bets: negateDecimal(amount), ggr: negateDecimal(amount) }, {}, original)
    : brought({ wins: negateDecimal(amount), ggr: amount }, {}, original);
}

const NUMBERS = /^(rounds|lots|.*_count)$/;

function broughtByReport({ content }: PlacedEvent, brought: Make): Brought {
  const money: Record<string, Decimal> = {};
  const numbers: Record<string, string> = {};
  for (const [name, value] of Object.entries(content.measures ?? {}))
    if (NUMBERS.test(name)) numbers[name] = value;
    else money[name] = decimal(value);
  const { ggr, bets, wins } = money;
  if (ggr === undefined && (bets !== undefined || wins !== undefined))
    money['ggr'] = subtractDecimals(bets ?? decimal('0'), wins ?? decimal('0'));
  const isActive = Object.values(content.measures ?? {}).some((value) => value !== '0');
  return brought(money, { ...numbers, ...(isActive ? ACTIVE : {}) });
}
