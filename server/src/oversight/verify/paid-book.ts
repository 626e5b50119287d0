// What payments and decisions about clawbacks make of lines that take back (rules.md 2.7, 2.8). Pure.
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { PaidStanding } from '../../pipeline/commission/facts.ts';
import { resolveSpared } from '../../pipeline/ledger/facts.ts';

/** The rows of a settlement group that a payment paid: those of the chain after `from`, up to `to`. */
export interface PaidPart {
  readonly paymentId: string;
  readonly partnerId: string;
  readonly component: string;
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  readonly from: number;
  readonly to: number;
  readonly paidAt: Instant;
}

/** What a person refused to take. `amount`: minor units, above zero. */
export interface Refused {
  readonly naturalKey: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** More than a line is worth by evidence alone. `key` names it with its group. Minor units. */
export interface Gained {
  readonly key: string;
  readonly amount: bigint;
}

/** A journal row, as far as it matters here. */
export interface PaidRow {
  readonly partnerId: string;
  readonly component: string;
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  readonly items: readonly { readonly k: string; readonly a: string }[];
  readonly position: number;
}

interface Watched {
  readonly key: string;
  readonly naturalKey: string;
  readonly standing: PaidStanding;
}

interface PaidSums {
  readonly paidAt: Instant;
  readonly byKey: Map<string, bigint>;
}

/** Filled line by line, then row by row of the journal, then asked once. */
export class PaidBook {
  readonly #parts: ReadonlyMap<string, readonly PaidPart[]>;
  readonly #refused: ReadonlyMap<string, readonly Refused[]>;
  readonly #watched: Watched[] = [];
  readonly #asked = new Set<string>();
  readonly #paid = new Map<string, PaidSums>();

  constructor(parts: readonly PaidPart[], refused: readonly Refused[]) {
    this.#parts = Map.groupBy(parts, groupOf);
    this.#refused = Map.groupBy(refused, ({ naturalKey }) => naturalKey);
    for (const { naturalKey } of refused) this.#asked.add(naturalKey);
  }

  /** A line that takes back. `key` names it with its group. */
  watch(key: string, naturalKey: string, standing: PaidStanding): void {
    if (this.#parts.size === 0) return;
    this.#watched.push({ key, naturalKey, standing });
    this.#asked.add(naturalKey).add(standing.key);
  }

  /** Counts what of the lines in question was paid by a row. */
  book(row: PaidRow): void {
    const part = this.#parts
      .get(groupOf(row))
      ?.find(({ from, to }) => row.position > from && row.position <= to);
    if (part === undefined) return;
    for (const { k, a } of row.items) {
      if (!this.#asked.has(k)) continue;
      const sums = this.#paid.get(part.paymentId) ?? {
        paidAt: part.paidAt,
        byKey: new Map<string, bigint>(),
      };
      sums.byKey.set(k, (sums.byKey.get(k) ?? 0n) + BigInt(a));
      this.#paid.set(part.paymentId, sums);
    }
  }

  /** What every line is worth more, because it was paid by then or because a person refused to take it. */
  settle(): Gained[] {
    const gained: Gained[] = [];
    for (const [taken, own] of Map.groupBy(this.#watched, ({ standing }) => standing.key)) {
      const spared = resolveSpared(
        own.map(({ key, standing }) => ({
          id: key,
          by: instantFromIso(standing.by),
          original: BigInt(standing.original),
          taken: BigInt(standing.taken),
          spared: BigInt(standing.spared),
        })),
        this.#paidOf(taken, new Set([taken, ...own.map(({ naturalKey }) => naturalKey)])),
      );
      for (const { key, naturalKey, standing } of own) {
        const less = spared.get(key) ?? 0n;
        const net = BigInt(standing.taken) - less;
        gained.push({ key, amount: less + smaller(this.#refusedOf(naturalKey), net > 0n ? net : 0n) });
      }
    }
    return gained;
  }

  /** What of a month that is worth less than what was paid of it is given back, because a person refused to take it. */
  givenBack(naturalKey: string, desired: bigint): bigint {
    const refused = this.#refusedOf(naturalKey);
    if (refused === 0n) return 0n;
    const paid = [...this.#paid.values()].reduce((sum, { byKey }) => sum + (byKey.get(naturalKey) ?? 0n), 0n);
    return smaller(refused, paid > desired ? paid - desired : 0n);
  }

  #refusedOf(naturalKey: string): bigint {
    return (this.#refused.get(naturalKey) ?? []).reduce((sum, { amount }) => sum + amount, 0n);
  }

  #paidOf(taken: string, keys: ReadonlySet<string>): { paidAt: Instant; amount: bigint }[] {
    return [...this.#paid.values()]
      .filter(({ byKey }) => (byKey.get(taken) ?? 0n) !== 0n)
      .map(({ paidAt, byKey }) => ({
        paidAt,
        amount: [...keys].reduce((sum, key) => sum + (byKey.get(key) ?? 0n), 0n),
      }));
  }
}

function groupOf(of: Omit<PaidPart, 'paymentId' | 'from' | 'to' | 'paidAt'>): string {
  return `${of.partnerId} ${of.component} ${of.holdDay} ${of.holdReason} ${of.currency}`;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
