import {
  addDecimals,
  decimal,
  formatDecimal,
  isZero,
  negateDecimal,
  normalizeDecimal,
} from '../../kernel/decimal.ts';
import { canonicalJson } from '../../kernel/json.ts';
import type { InputDifference, PeriodInput } from './facts.ts';

type Candidate = NonNullable<PeriodInput['candidate']>;

interface Change {
  readonly component: string;
  readonly partnerId: string;
  readonly period: string;
  readonly measures: Map<string, string>;
  /** How often a candidate stands now more than before, by its content. */
  readonly candidates: Map<string, { readonly candidate: Candidate; n: number }>;
}

/** Adds up what a customer brings to its scopes now and no longer; what stayed the same is nothing. Pure; no order matters. */
export class InputSums {
  private readonly changes = new Map<string, Change>();

  add(inputs: readonly PeriodInput[] | undefined, sign: 1 | -1): void {
    for (const input of inputs ?? []) {
      const key = `${input.partnerId} ${input.component} ${input.period}`;
      const { component, partnerId, period } = input;
      const change: Change = this.changes.get(key) ?? {
        component,
        partnerId,
        period,
        measures: new Map(),
        candidates: new Map(),
      };
      this.changes.set(key, change);
      for (const [name, value] of Object.entries(input.measures))
        change.measures.set(name, addText(change.measures.get(name), value, sign));
      if (input.candidate === undefined) continue;
      const content = canonicalJson(input.candidate);
      const known = change.candidates.get(content) ?? { candidate: input.candidate, n: 0 };
      known.n += sign;
      change.candidates.set(content, known);
    }
  }

  differences(customerId: string): InputDifference[] {
    return [...this.changes.values()].flatMap(({ component, partnerId, period, measures, candidates }) => {
      const left = [...measures].filter(([, value]) => value !== '0');
      const moved = [...candidates.values()].flatMap(({ candidate, n }) =>
        n === 0 ? [] : [{ ...candidate, n: n > 0 ? (1 as const) : (-1 as const) }],
      );
      if (left.length === 0 && moved.length === 0) return [];
      return [
        {
          component,
          partnerId,
          period,
          customerId,
          measures: Object.fromEntries(left),
          ...(moved.length === 0 ? {} : { candidates: moved }),
        },
      ];
    });
  }
}

function addText(before: string | undefined, value: string, sign: 1 | -1): string {
  const change = sign === 1 ? decimal(value) : negateDecimal(decimal(value));
  const sum = addDecimals(decimal(before ?? '0'), change);
  return isZero(sum) ? '0' : formatDecimal(normalizeDecimal(sum));
}
