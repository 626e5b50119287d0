import { addDecimals, decimal, formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import { wireId } from '../../kernel/ids.ts';
import type { FigureDifference } from '../../pipeline/commission/facts.ts';
import { firstDifference, sayDifference } from './compare.ts';
import type { Difference } from './facts.ts';

/** Collects what the figures of partners must be by the evidence of their customers, and compares them with what is kept. */
export class FiguresBook {
  private readonly wanted = new Map<string, Record<string, string>>();
  private readonly doubted = new Set<string>();

  desire(figures: readonly FigureDifference[]): void {
    for (const figure of figures) addTo(this.wanted, figure);
  }

  /** A customer who is on the road: nothing is said of the partners that it was or will be counted for. */
  doubt(...summaries: readonly unknown[]): void {
    for (const summary of summaries) {
      const { figures } = (summary ?? {}) as { figures?: { cells?: object; trading?: object } };
      for (const part of [figures?.cells, figures?.trading])
        for (const partnerId of Object.keys(part ?? {})) this.doubted.add(partnerId);
    }
  }

  /** `kept` as it is stored, `sent` what is on its way to it. Names the first measure that differs of each row. */
  *differences(kept: readonly FigureDifference[], sent: readonly FigureDifference[]): Generator<Difference> {
    const sums = new Map<string, Record<string, string>>();
    for (const figure of [...kept, ...sent]) addTo(sums, figure);
    for (const key of new Set([...sums.keys(), ...this.wanted.keys()])) {
      const [partnerId = '', day = '', currency = ''] = key.split(' ');
      if (this.doubted.has(partnerId)) continue;
      const found = firstDifference(withoutZeros(sums.get(key)), withoutZeros(this.wanted.get(key)));
      if (found === undefined) continue;
      const where = currency === '' ? day : `${day}, ${currency}`;
      yield {
        kind: 'partner_figure',
        sentence: sayDifference(`figures of partner ${wireId('prt', partnerId)} on ${where}`, {
          ...found,
          stored: found.stored ?? '0',
          rebuilt: found.rebuilt ?? '0',
        }),
      };
    }
  }
}

function addTo(sums: Map<string, Record<string, string>>, { p, d, c, m }: FigureDifference): void {
  const key = `${p} ${d} ${c}`;
  const own = sums.get(key) ?? {};
  sums.set(key, own);
  for (const [name, value] of Object.entries(m))
    own[name] = formatDecimal(normalizeDecimal(addDecimals(decimal(own[name] ?? '0'), decimal(value))));
}

function withoutZeros(sums: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(sums).filter(([, value]) => value !== '0'));
}
