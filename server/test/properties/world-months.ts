// The part of a world that is settled by month: shares of revenue with what they carry, CPAs and lots under steps and limits.
import fc from 'fast-check';
import type { Minute } from './world-people.ts';

/** What of a deal is settled by month; null: that is not. */
export interface Monthly {
  readonly share: null | {
    readonly base: 'net_deposits' | 'bets' | 'theoretical_ggr';
    readonly policy: 'none' | 'base' | 'commission';
    readonly percent: number;
    readonly minimumActive: number | null;
    /** What its CPA is to it, where the deal has one. */
    readonly beside: 'nothing' | 'advance' | 'instead' | 'later';
    readonly steps: null | {
      readonly by: 'base' | 'active_customers';
      readonly window: 'period' | 'lifetime' | 'rolling_90';
    };
    readonly overridePercent: number | null;
  };
  /** Under what its CPA is paid, where the deal has one. */
  readonly cpa: null | 'steps' | 'cap' | 'queue' | 'day' | 'gate' | 'fallback';
  readonly lots: null | 'steps' | 'cap' | 'queue' | 'day' | 'week';
}

/** A round that was played. */
export interface Play {
  readonly customer: number;
  readonly at: Minute;
  readonly amount: number;
  readonly win: boolean;
}

const maybe = <T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(null) }, { weight: percent, arbitrary });

const share: fc.Arbitrary<NonNullable<Monthly['share']>> = fc.record({
  base: fc.constantFrom('net_deposits', 'bets', 'theoretical_ggr'),
  policy: fc.constantFrom('none', 'base', 'commission'),
  percent: fc.constantFrom(10, 33),
  minimumActive: fc.constantFrom(null, null, 1, 2),
  beside: fc.constantFrom('nothing', 'advance', 'instead', 'later'),
  steps: maybe(
    40,
    fc.record({
      by: fc.constantFrom('base', 'active_customers'),
      window: fc.constantFrom('period', 'lifetime', 'rolling_90'),
    }),
  ),
  overridePercent: fc.constantFrom(null, 10),
});

/** In every second deal something; a world with it has its versions begin with months. */
export const monthlies: fc.Arbitrary<Monthly | null> = maybe(
  50,
  fc.record({
    share: maybe(60, share),
    cpa: maybe(70, fc.constantFrom('steps', 'cap', 'queue', 'day', 'gate', 'fallback')),
    lots: maybe(50, fc.constantFrom('steps', 'cap', 'queue', 'day', 'week')),
  }),
);

export const plays = (
  customer: fc.Arbitrary<number>,
  minute: fc.Arbitrary<Minute>,
): fc.Arbitrary<readonly Play[]> =>
  fc.array(
    fc.record({
      customer,
      at: minute,
      amount: fc.constantFrom(20, 150, 7),
      win: fc.nat(2).map((n) => n === 0),
    }),
    { maxLength: 4 },
  );
