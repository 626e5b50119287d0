import type { RateRow } from '../../registry/deals/facts.ts';

/** What a rate is looked up by. `accountType` is undefined where the source does not tell it. */
export interface RateQuestion {
  readonly symbol: string;
  readonly accountType: string | undefined;
  readonly symbolGroups: Readonly<Record<string, readonly string[]>>;
}

export interface FoundRate {
  /** Money per lot, decimal string. */
  readonly rate: string;
  /** What the row was chosen by: 'symbol', 'group', 'account type', several joined by ' and ', or 'default'. */
  readonly by: string;
}

/**
 * The rate of the most specific row that fits: symbol before group before account type before the default row (semantics.md 5.4).
 * A row fits when everything that it names fits. Undefined: no rate. Two rows that are equally specific are refused when a deal
 * is written; should there be such, the first one counts.
 */
export function findRate(rows: readonly RateRow[], question: RateQuestion): FoundRate | undefined {
  let best: { row: RateRow; weight: number } | undefined;
  for (const row of rows) {
    if (!fits(row, question)) continue;
    const weight =
      (row.symbol === undefined ? 0 : 4) +
      (row.group === undefined ? 0 : 2) +
      (row.accountType === undefined ? 0 : 1);
    if (best === undefined || weight > best.weight) best = { row, weight };
  }
  return best === undefined ? undefined : { rate: best.row.rate, by: describe(best.row) };
}

function fits(row: RateRow, { symbol, accountType, symbolGroups }: RateQuestion): boolean {
  if (row.symbol !== undefined && row.symbol !== symbol) return false;
  if (row.group !== undefined && !(symbolGroups[row.group] ?? []).includes(symbol)) return false;
  return row.accountType === undefined || row.accountType === accountType;
}

function describe(row: RateRow): string {
  const named = [
    ...(row.symbol === undefined ? [] : ['symbol']),
    ...(row.group === undefined ? [] : ['group']),
    ...(row.accountType === undefined ? [] : ['account type']),
  ];
  return named.length === 0 ? 'default' : named.join(' and ');
}
