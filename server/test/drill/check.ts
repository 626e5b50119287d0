import { wireId } from '../../src/kernel/ids.ts';
import type { BookedEvent, Books } from './books.ts';
import { expectAmounts } from './model.ts';
import type { Told } from './model.ts';
import type { Received } from './receiver.ts';
import { customerName, loginOf } from './traffic.ts';
import type { Item, World } from './traffic.ts';

/** Everything that the checker compares. */
export interface Evidence {
  readonly world: World;
  readonly told: ReadonlyMap<string, Told>;
  readonly books: Books;
  readonly received: ReadonlyMap<string, Received>;
}

/**
 * What is wrong, in sentences; empty = every acknowledged event has exactly one effect, every one without an answer has
 * one or none, and nothing else exists.
 */
export function findFaults(evidence: Evidence): string[] {
  const byKey = Map.groupBy(evidence.books.events, (event) => event.key);
  const effective = new Map<string, Item>();
  const faults: string[] = [];
  for (const [key, told] of evidence.told) {
    if (told.items[0]?.kind === 'api-link') {
      faults.push(...judgeFact(evidence, told, effective));
      continue;
    }
    const events = byKey.get(key) ?? [];
    if (told.acknowledged > 0 && events.length === 0) faults.push(`${key} was acknowledged and is lost`);
    if (events.length > 1) faults.push(`${key} exists ${events.length} times`);
    const [event] = events;
    if (event === undefined) continue;
    const item = findEffective(event, told);
    if (item === undefined)
      faults.push(
        `${key} says what nobody told (amount ${event.amount ?? 'none'}, cancelled ${event.cancelled})`,
      );
    else if (item.rank < told.acknowledged)
      faults.push(`${key} stands at revision ${item.rank}, and ${told.acknowledged} was acknowledged`);
    if (item !== undefined) effective.set(key, item);
    faults.push(...judgePlace(event));
  }
  for (const key of byKey.keys())
    if (!evidence.told.has(key)) faults.push(`${key} exists and was never told`);
  return [...faults, ...judgeAmounts(evidence, effective), ...judgeWebhooks(evidence)];
}

/** A fact by API is there once: it was asked until it was answered, under one idempotency key. */
function judgeFact(
  { books }: Evidence,
  { items: [item], acknowledged }: Told,
  effective: Map<string, Item>,
): string[] {
  if (item === undefined) return [];
  const count = books.apiLinks.get(loginOf(item.customer)) ?? 0;
  if (count > 0) effective.set(item.key, item);
  if (count > 1) return [`the link of login ${loginOf(item.customer)} was written ${count} times`];
  return acknowledged > 0 && count === 0
    ? [`the link of login ${loginOf(item.customer)} was acknowledged and is lost`]
    : [];
}

/** Which of the told revisions the event shows. */
function findEffective(event: BookedEvent, { items }: Told): Item | undefined {
  return items.find((item) => {
    if (item.kind === 'deposit') return Number(event.amount) === item.amount;
    return item.kind === 'close' ? event.cancelled === item.cancelled : true;
  });
}

function judgePlace(event: BookedEvent): string[] {
  const faults: string[] = [];
  if (event.failed !== null) faults.push(`${event.key} failed: ${event.failed}`);
  if (event.placements + event.parked !== 1)
    faults.push(`${event.key} is placed ${event.placements} times and parked ${event.parked} times`);
  if (event.pending > 0) faults.push(`${event.key} was never decided`);
  return faults;
}

function judgeAmounts({ world, books }: Evidence, effective: ReadonlyMap<string, Item>): string[] {
  const eventIds = new Map(books.events.map((event) => [event.key, event.id]));
  const expected = new Map<string, number>();
  for (const amount of expectAmounts(effective)) {
    const customer = /^customer (\d+)$/.exec(amount.cause)?.[1];
    const cause =
      customer === undefined
        ? eventIds.get(amount.cause)
        : books.customers.get(customerName(Number(customer)));
    expected.set(
      `${customer === undefined ? 'e' : 'c'} ${cause ?? amount.cause} ${amount.component} ${world[amount.who]}`,
      amount.minor,
    );
  }
  const booked = new Map<string, number>();
  for (const amount of books.amounts) {
    const key = `${amount.scope} ${amount.cause} ${amount.component} ${wireId('prt', amount.partnerId)}`;
    booked.set(key, (booked.get(key) ?? 0) + amount.minor);
  }
  return [...new Set([...expected.keys(), ...booked.keys()])].flatMap((key) => {
    const [is, must] = [booked.get(key) ?? 0, expected.get(key) ?? 0];
    return is === must ? [] : [`the books have ${is} cents for ${key}, and ${must} is right`];
  });
}

function judgeWebhooks({ books, received }: Evidence): string[] {
  const faults: string[] = [];
  const known = new Set(books.webhooks.map((webhook) => wireId('msg', webhook.id)));
  for (const { id, state } of books.webhooks) {
    if (state !== 'delivered') faults.push(`webhook ${wireId('msg', id)} is ${state}`);
    if (!received.has(wireId('msg', id))) faults.push(`webhook ${wireId('msg', id)} never arrived`);
  }
  for (const id of received.keys())
    if (!known.has(id)) faults.push(`webhook ${id} arrived and is not in the outbox`);
  const told = new Map<string, number>();
  for (const { totals } of received.values())
    for (const [who, minor] of totals) told.set(who, (told.get(who) ?? 0) + minor);
  const accrued = new Map(
    [...books.accrued].map(([who, minor]) => [who.replace(/^\S+/, (id) => wireId('prt', id)), minor]),
  );
  for (const who of new Set([...told.keys(), ...accrued.keys()])) {
    const [is, must] = [told.get(who) ?? 0, accrued.get(who) ?? 0];
    if (is !== must) faults.push(`the webhooks tell ${is} cents for ${who}, and ${must} was booked`);
  }
  return faults;
}
