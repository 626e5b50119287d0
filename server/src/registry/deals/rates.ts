import type { FactorRow, RateRow } from './trading-terms.ts';

/** What a rate is looked up by. `accountType` is undefined where the source does not tell it. */
export interface RateQuestion {
  readonly symbol: string;
  /** `server:login`; absent where no rate may be personal. */
  readonly account?: string;
  readonly accountType: string | undefined;
  readonly symbolGroups: Readonly<Record<string, readonly string[]>>;
}

export interface FoundRate {
  /** Decimal string; what it is a rate of, the component says. */
  readonly rate: string;
  readonly pointSize?: string;
  /** What the row was chosen by: 'account', 'symbol', 'group', 'account type', several joined by ' and ', or 'default'. */
  readonly by: string;
}

type Row = Omit<RateRow, 'rate' | 'pointSize'>;

/**
 * The most specific row that fits: account before symbol before group before account type before the row that names none (semantics.md
 * 5.4). A row fits when everything that it names fits. Two rows that are equally specific are refused when a deal is written; should
 * there be such, the first one counts.
 */
function findRow<R extends Row>(rows: readonly R[], question: RateQuestion): R | undefined {
  let best: { row: R; weight: number } | undefined;
  for (const row of rows) {
    if (!fits(row, question)) continue;
    const weight =
      (row.account === undefined ? 0 : 8) +
      (row.symbol === undefined ? 0 : 4) +
      (row.group === undefined ? 0 : 2) +
      (row.accountType === undefined ? 0 : 1);
    if (best === undefined || weight > best.weight) best = { row, weight };
  }
  return best?.row;
}

/** The rate of the row that counts; undefined: no rate. */
export function findRate(rows: readonly RateRow[], question: RateQuestion): FoundRate | undefined {
  const row = findRow(rows, question);
  if (row === undefined) return undefined;
  const { rate, pointSize } = row;
  return { rate, by: describe(row), ...(pointSize === undefined ? {} : { pointSize }) };
}

/** What lots are multiplied by; '1' where no row fits. */
export function findFactor(rows: readonly FactorRow[], question: RateQuestion): string {
  return findRow(rows, question)?.factor ?? '1';
}

function fits(row: Row, { symbol, account, accountType, symbolGroups }: RateQuestion): boolean {
  if (row.account !== undefined && row.account !== account) return false;
  if (row.symbol !== undefined && row.symbol !== symbol) return false;
  if (row.group !== undefined && !(symbolGroups[row.group] ?? []).includes(symbol)) return false;
  return row.accountType === undefined || row.accountType === accountType;
}

function describe(row: Row): string {
  const named = [
    ...(row.account === undefined ? [] : ['account']),
    ...(row.symbol === undefined ? [] : ['symbol']),
    ...(row.group === undefined ? [] : ['group']),
    ...(row.accountType === undefined ? [] : ['account type']),
  ];
  return named.length === 0 ? 'default' : named.join(' and ');
}
