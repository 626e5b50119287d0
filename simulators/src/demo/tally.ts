// What the product answered, counted.

const WORDS = ['accepted', 'revised', 'duplicate', 'ignored', 'parked', 'quarantined', 'refused'] as const;

/** Answers by disposition. */
export class Tally {
  readonly #counts = new Map<string, number>(WORDS.map((word) => [word, 0]));
  deliveries = 0;

  add(disposition: string, count = 1): void {
    this.#counts.set(disposition, (this.#counts.get(disposition) ?? 0) + count);
  }

  get items(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** "12 accepted · 3 duplicate", without what did not occur. */
  say(): string {
    const said = [...this.#counts]
      .filter(([, count]) => count > 0)
      .map(([word, count]) => `${count.toLocaleString('en-US')} ${word}`);
    return said.length === 0 ? 'nothing yet' : said.join(' · ');
  }
}
