import { canonicalDecimal } from '../../kernel/decimal.ts';
import { exponentOf, parseMinor } from '../../kernel/money.ts';

/** One thing that is wrong with a document: where, and what to do about it. */
export interface DealProblem {
  /** JSON path, `$` for the whole document. */
  readonly path: string;
  readonly problem: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Most digits after the point of a rate per lot. */
const RATE_DIGITS = 8;
const LARGEST_WHOLE_DIGITS = 12;

/**
 * Reads parts of a document and collects every problem instead of stopping at the first. A part that is missing gives its default;
 * one that is wrong gives a placeholder of the right type, and a problem, so the result counts only when there are none.
 */
export class DocumentReader {
  readonly problems: DealProblem[] = [];
  /** What the deal pays in, once it has been read: amounts of money must fit it. */
  currency: string | undefined;
  /** Names of its symbolGroups, once they have been read. */
  groups: ReadonlySet<string> = new Set();
  /** Its components, once they have been read: grades change them. */
  components: readonly { readonly id: string; readonly kind: string }[] = [];

  report(path: string, problem: string): void {
    this.problems.push({ path, problem });
  }

  /** Reports every key that stands there a second time. */
  reportRepeats(keys: readonly string[], problemAt: (index: number) => readonly [string, string]): void {
    for (const [index, key] of keys.entries())
      if (keys.indexOf(key) < index) this.report(...problemAt(index));
  }

  /** The fields of an object; unknown ones are problems. */
  object(path: string, value: unknown, known: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.report(path, `must be an object with the fields ${known.join(', ')}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!known.includes(key))
        this.report(
          `${path}.${key}`,
          `is not a field of this object; remove it, or use one of ${known.join(', ')}`,
        );
    }
    return value as Fields;
  }

  list(path: string, value: unknown, fallback?: readonly unknown[]): readonly unknown[] {
    if (value === undefined && fallback !== undefined) return fallback;
    if (Array.isArray(value) && value.length <= 500) return value;
    this.report(path, 'must be a list of at most 500 entries');
    return [];
  }

  text(path: string, value: unknown, what: string): string {
    if (typeof value === 'string' && value !== '' && value.length <= 64 && value === value.trim())
      return value;
    this.report(path, `must be ${what}: text of 1 to 64 characters without spaces around it`);
    return '';
  }

  id(path: string, value: unknown): string {
    if (typeof value === 'string' && /^[a-z][a-z0-9-]{0,39}$/.test(value)) return value;
    this.report(
      path,
      'must be a name such as "per-lot": lower-case letters, digits and hyphens, at most 40, beginning with a letter',
    );
    return '';
  }

  choice<T extends string>(
    path: string,
    value: unknown,
    of: { readonly choices: readonly T[]; readonly fallback?: T; readonly hint?: string },
  ): T {
    if (value === undefined && of.fallback !== undefined) return of.fallback;
    const found = of.choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    this.report(
      path,
      `must be ${of.choices.map((choice) => `"${choice}"`).join(' or ')}${of.hint === undefined ? '' : `; ${of.hint}`}`,
    );
    return of.choices[0] as T;
  }

  flag(path: string, value: unknown, fallback: boolean): boolean {
    if (value === undefined) return fallback;
    if (typeof value === 'boolean') return value;
    this.report(path, 'must be true or false');
    return fallback;
  }

  integer(path: string, value: unknown, bounds: { readonly min: number; readonly max: number }): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max)
      return value;
    this.report(path, `must be a whole number from ${bounds.min} to ${bounds.max}`);
    return bounds.min;
  }

  /** The kind of an object, by which its fields are read; the first one where it has none of them. */
  kind<T extends string>(path: string, value: unknown, kinds: readonly T[]): T {
    const given = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    const found = kinds.find((kind) => kind === given);
    if (found !== undefined) return found;
    this.report(`${path}.kind`, `must be one of ${kinds.map((kind) => `"${kind}"`).join(', ')}`);
    return kinds[0] as T;
  }

  /** The entries of an object whose names the document chooses. */
  entries(path: string, value: unknown): [string, unknown][] {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
    this.report(path, 'must be an object of names');
    return [];
  }

  /** A rate per unit, zero or more, as canonical text. */
  rate(path: string, value: unknown): string {
    return this.fine(path, this.decimalText(path, value));
  }

  /** As a rate, and it may be below zero. */
  signed(path: string, value: unknown): string {
    if (typeof value !== 'string' || !value.startsWith('-')) return this.rate(path, value);
    const text = this.rate(path, value.slice(1));
    return text === '0' ? text : `-${text}`;
  }

  private fine(path: string, text: string): string {
    if ((text.split('.')[1] ?? '').length > RATE_DIGITS)
      this.report(path, `has more than ${RATE_DIGITS} digits after the point; round it`);
    return text;
  }

  /** An amount of money, zero or more, that the deal's currency can express. */
  money(path: string, value: unknown): string {
    const { currency } = this;
    const text = this.decimalText(path, value);
    if (currency !== undefined && !parseMinor(text, currency).ok) {
      this.report(
        path,
        `has more digits than ${currency} has; give at most ${exponentOf(currency)} after the point`,
      );
    }
    return text;
  }

  private decimalText(path: string, value: unknown): string {
    if (typeof value !== 'string') {
      this.report(path, 'must be a decimal number written as text, such as "7.5", so that it stays exact');
      return '0';
    }
    // An exponent is refused, as the schema says: a rate of "1e5" is a slip more often than a wish.
    const canonical = /[eE]/.test(value) ? undefined : canonicalDecimal(value);
    if (
      canonical === undefined ||
      canonical.startsWith('-') ||
      (canonical.split('.')[0] ?? '').length > LARGEST_WHOLE_DIGITS
    ) {
      this.report(
        path,
        `"${value.slice(0, 40)}" must be a decimal number of zero or more, without an exponent and with at most ${LARGEST_WHOLE_DIGITS} digits before the point`,
      );
      return '0';
    }
    return canonical;
  }
}
