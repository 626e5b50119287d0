import {
  addDecimals,
  decimal,
  formatDecimal,
  isZero,
  negateDecimal,
  normalizeDecimal,
} from '../../kernel/decimal.ts';
import type { FigureCells, Measures } from './facts.ts';

/** Where a measure is counted. */
export interface CellPlace {
  readonly partnerId: string;
  readonly day: string;
  readonly currency: string;
}

/** Sums measures by place. Adding and subtracting in any order gives the same cells; what comes to zero is gone. */
export class CellSums {
  private readonly sums = new Map<string, Map<string, Map<string, Map<string, string>>>>();

  constructor(before: FigureCells = {}) {
    this.addAll(before, 1);
  }

  add({ partnerId, day, currency }: CellPlace, measures: Measures, sign: 1 | -1 = 1): void {
    const days = getOrAdd(this.sums, partnerId, () => new Map<string, Map<string, Map<string, string>>>());
    const currencies = getOrAdd(days, day, () => new Map<string, Map<string, string>>());
    const kept = getOrAdd(currencies, currency, () => new Map<string, string>());
    for (const [name, value] of Object.entries(measures))
      kept.set(name, addText(kept.get(name), value, sign));
  }

  addAll(cells: FigureCells, sign: 1 | -1): void {
    for (const [partnerId, days] of Object.entries(cells))
      for (const [day, currencies] of Object.entries(days))
        for (const [currency, measures] of Object.entries(currencies))
          this.add({ partnerId, day, currency }, measures, sign);
  }

  /** Every place that has anything left. */
  *places(): Generator<CellPlace & { readonly measures: Measures }> {
    for (const [partnerId, days] of this.sums)
      for (const [day, currencies] of days)
        for (const [currency, kept] of currencies) {
          const measures = leftOf(kept);
          if (Object.keys(measures).length > 0) yield { partnerId, day, currency, measures };
        }
  }

  cells(): FigureCells {
    const cells: Record<string, Record<string, Record<string, Measures>>> = {};
    for (const { partnerId, day, currency, measures } of this.places())
      ((cells[partnerId] ??= {})[day] ??= {})[currency] = measures;
    return cells;
  }
}

/** Sums by one name and measure, such as commission by partner and currency. */
export class MeasureSums {
  private readonly sums = new Map<string, Map<string, string>>();

  constructor(before: Readonly<Record<string, Measures>> = {}) {
    for (const [key, measures] of Object.entries(before)) this.add(key, measures);
  }

  add(key: string, measures: Measures, sign: 1 | -1 = 1): void {
    const kept = getOrAdd(this.sums, key, () => new Map<string, string>());
    for (const [name, value] of Object.entries(measures))
      kept.set(name, addText(kept.get(name), value, sign));
  }

  totals(): Record<string, Measures> {
    return Object.fromEntries(
      [...this.sums].flatMap(([key, kept]) => {
        const measures = leftOf(kept);
        return Object.keys(measures).length === 0 ? [] : [[key, measures]];
      }),
    );
  }
}

function leftOf(kept: ReadonlyMap<string, string>): Measures {
  return Object.fromEntries([...kept].filter(([, value]) => value !== '0'));
}

function addText(before: string | undefined, value: string, sign: 1 | -1): string {
  const change = sign === 1 ? decimal(value) : negateDecimal(decimal(value));
  const sum = addDecimals(decimal(before ?? '0'), change);
  return isZero(sum) ? '0' : formatDecimal(normalizeDecimal(sum));
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
