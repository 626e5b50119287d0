import type { DatedRate } from '../../kernel/rate-book.ts';

/** What an import would write. */
export interface NewRates {
  readonly fresh: readonly DatedRate[];
  /** Rates that differ from what the same publisher said for the same pair and instant, with what stands. */
  readonly corrections: readonly {
    readonly rate: DatedRate;
    readonly stands: string;
    readonly revision: number;
  }[];
  /** Already known with the same value. */
  readonly known: number;
}

/** Compares a file with what is known. Of a pair and instant that the file tells twice the last one counts. Pure. */
export function findNewRates(
  told: readonly DatedRate[],
  known: readonly (DatedRate & { readonly revision: number })[],
): NewRates {
  const stands = new Map(known.map((rate) => [keyOf(rate), rate]));
  const fresh: DatedRate[] = [];
  const corrections: { rate: DatedRate; stands: string; revision: number }[] = [];
  let same = 0;
  for (const rate of new Map(told.map((one) => [keyOf(one), one])).values()) {
    const before = stands.get(keyOf(rate));
    if (before === undefined) fresh.push(rate);
    else if (before.rate === rate.rate) same += 1;
    else corrections.push({ rate, stands: before.rate, revision: before.revision + 1 });
  }
  return { fresh, corrections, known: same };
}

function keyOf({ base, quote, validFrom }: DatedRate): string {
  return `${base} ${quote} ${validFrom}`;
}
