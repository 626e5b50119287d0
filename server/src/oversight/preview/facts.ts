/** Commission of one partner in one currency, by the books' own rules before and after. Decimal text in major units. */
export interface MoneyDifference {
  readonly partnerId: string;
  readonly partner: string;
  readonly currency: string;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
  readonly byComponent: Readonly<Record<string, string>>;
}

/** What a change would do, before it is made. Nothing was written to find it out. */
export interface Preview {
  readonly customers: { readonly looked: number; readonly changed: number };
  /** Events of these customers, and those of them that would be decided otherwise or live with somebody else. */
  readonly events: { readonly looked: number; readonly changed: number };
  /** Partners whose commission would change. */
  readonly partners: number;
  /** Only partners with a change, the largest first. */
  readonly money: readonly MoneyDifference[];
  /** Sum of what every single line would move, none set against another, in the program's base currency; null = a rate is missing. */
  readonly moves: { readonly amount: string | null; readonly currency: string };
  /** false: there was more than a preview looks at, so the money is not all. */
  readonly isComplete: boolean;
  readonly notComputed: readonly string[];
}
