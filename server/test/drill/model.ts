// What the books must say, added up from the sender's log alone. Nothing here knows how Plumbline decides.
import type { LogLine } from './sent-log.ts';
import type { Item } from './traffic.ts';

/** All that was told about one key: revisions in their order, and the highest one that was acknowledged. */
export interface Told {
  readonly items: readonly Item[];
  /** 0: no answer ever came, so it may be there or not. */
  readonly acknowledged: number;
}

/** Answers that mean that the item is kept. */
const KEPT = new Set(['accepted', 'parked', 'revised', 'duplicate', 'written']);

/** Everything that was told, by key, and what the sender complains of. */
export function readTold(log: readonly LogLine[]): { told: Map<string, Told>; complaints: string[] } {
  const tries = new Map<number, readonly Item[]>();
  const told = new Map<string, { items: Map<number, Item>; acknowledged: number }>();
  const complaints: string[] = [];
  for (const line of log) {
    if (line.is === 'try') {
      tries.set(line.n, line.items);
      for (const item of line.items) {
        const entry = told.get(item.key) ?? { items: new Map(), acknowledged: 0 };
        entry.items.set(item.rank, item);
        told.set(item.key, entry);
      }
    }
    if (line.is === 'refused') complaints.push(`request ${line.n} was refused: ${line.answer}`);
    if (line.is !== 'ack') continue;
    const items = tries.get(line.n) ?? [];
    if (items.length !== line.dispositions.length)
      complaints.push(
        `request ${line.n} told ${items.length} items and was answered for ${line.dispositions.length}`,
      );
    for (const [index, item] of items.entries()) {
      const disposition = line.dispositions[index] ?? 'nothing';
      const entry = told.get(item.key);
      if (entry === undefined) continue;
      if (KEPT.has(disposition)) entry.acknowledged = Math.max(entry.acknowledged, item.rank);
      else complaints.push(`request ${line.n} told ${item.key} and was answered ${disposition}`);
    }
  }
  const sorted = [...told].map(([key, { items, acknowledged }]): [string, Told] => [
    key,
    { items: [...items.values()].toSorted((a, b) => a.rank - b.rank), acknowledged },
  ]);
  return { told: new Map(sorted), complaints };
}

/** Why requests went without an answer, with how many, most frequent first. */
export function countLost(log: readonly LogLine[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of log) {
    if (line.is !== 'lost') continue;
    // Ids and places differ from request to request and say nothing of the reason.
    const why = line.why.replaceAll(/[0-9a-f-]{20,}|\d+(?= )/g, '*').slice(0, 160);
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** One amount that must stand in the books: minor units, by what pays it. */
export interface Expected {
  /** Key of the paying item, or the number of the customer for what is paid once per customer. */
  readonly cause: string;
  readonly component: 'per-lot' | 'cpa';
  readonly who: 'leaf' | 'top';
  readonly minor: number;
}

/** The amounts that follow from what is there: `effective` holds, by key, the revision that counts. */
export function expectAmounts(effective: ReadonlyMap<string, Item>): Expected[] {
  const byCustomer = Map.groupBy(effective.values(), (item) => item.customer);
  return [...byCustomer].flatMap(([customer, items]) => {
    const registration = items.find((item) => item.kind === 'registration');
    if (registration === undefined) return [];
    const isLinked =
      registration.alsoLinks || items.some((item) => item.kind === 'link' || item.kind === 'api-link');
    return [...expectDeposit(customer, items), ...(isLinked ? expectTrades(items) : [])];
  });
}

function expectDeposit(customer: number, items: readonly Item[]): Expected[] {
  const [first] = items.filter((item) => item.kind === 'deposit').toSorted((a, b) => a.minute - b.minute);
  if (first === undefined || first.amount < 60) return [];
  const common = { cause: `customer ${customer}`, component: 'cpa' } as const;
  return [
    { ...common, who: 'leaf', minor: 4_000 },
    { ...common, who: 'top', minor: 400 },
  ];
}

function expectTrades(items: readonly Item[]): Expected[] {
  const opened = new Set(items.flatMap((item) => (item.kind === 'open' ? [item.position] : [])));
  return items.flatMap((item): Expected[] => {
    if (item.kind !== 'close' || item.cancelled || !opened.has(item.position)) return [];
    const common = { cause: item.key, component: 'per-lot' } as const;
    return [
      { ...common, who: 'leaf', minor: 700 * item.lots },
      { ...common, who: 'top', minor: 200 * item.lots },
    ];
  });
}
