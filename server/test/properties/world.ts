// Small worlds: what happened, as numbers that fast-check can make smaller. Any numbers make a valid world; statements.ts
// gives them their meaning.
import fc from 'fast-check';
import { countries, geos, moreFacts } from './world-people.ts';
import { monthlies, plays } from './world-months.ts';
import type { Monthly, Play } from './world-months.ts';
import type { Country, Geo, Minute, PeoplesWords } from './world-people.ts';

export type { Minute } from './world-people.ts';

export const DAYS = 60;

/** Partners at most; their number is a field of the world. */
export const MOST_PARTNERS = 4;
export const CUSTOMERS = 3;
/** The first ones are those that customers register with; the others are given out and taken back by links only. */
export const LOGINS = 5;
/** Of a login that two customers claim and a person gives to one of them; nobody else claims it. */
export const CONTESTED_LOGIN = 5;

export interface Terms {
  readonly currency: 'USD' | 'EUR';
  readonly mode: 'additive_fixed' | 'difference';
  /** Tenths of a unit per lot. */
  readonly rate: number;
  readonly goldRate: number;
  readonly override: number;
  readonly depth: number;
  readonly minimumDuration: 0 | 180;
  readonly hold: 0 | 3 | 30;
  /** null: pays no CPA. */
  readonly cpa: null | {
    readonly amount: number;
    readonly override: number | null;
    readonly minimum: number;
    readonly windowDays: number | null;
    readonly kyc: boolean;
    readonly termsAt: 'attribution' | 'qualification';
  };
  /** Left out: nothing is settled by month. */
  readonly monthly?: Monthly | null;
}

/** null stands for "from the beginning" or "without end" wherever a bound of a fact is meant. */
export interface World extends PeoplesWords {
  readonly winner: 'last_click' | 'first_click' | 'code_over_click' | 'exclusive_code';
  readonly finality: 'registration' | 'first_purchase';
  readonly geo: Geo;
  /** Parent of each partner when it was made: a partner before it, or -1 for the top. */
  readonly parents: readonly number[];
  readonly moves: readonly {
    readonly child: number;
    readonly parent: number;
    readonly at: Minute;
    readonly takenBack: boolean;
  }[];
  /** Of several of one partner the first counts. */
  readonly suspended: readonly {
    readonly partner: number;
    readonly at: Minute;
    /** When he is reinstated; null: never. */
    readonly to: Minute | null;
  }[];
  readonly terms: readonly {
    readonly partner: number | null;
    readonly from: Minute | null;
    readonly terms: Terms;
  }[];
  readonly registrations: readonly Registration[];
  readonly tableRows: readonly LinkParts[];
  readonly links: readonly LinkParts[];
  readonly attributions: readonly {
    readonly customer: number;
    readonly partner: number | null;
    readonly from: Minute | null;
  }[];
  readonly kyc: readonly {
    readonly customer: number;
    readonly status: number;
    readonly at: Minute;
    readonly byEvent: boolean;
    /** Of events only. */
    readonly country: Country;
  }[];
  readonly deposits: readonly {
    readonly customer: number;
    readonly by: 'customer' | 'login' | 'click';
    readonly kind: 'deposit' | 'first_deposit' | 'withdrawal';
    readonly at: Minute;
    readonly amount: number;
    /** Shares its transaction with the deposit before it. */
    readonly twin: boolean;
    readonly test: boolean;
    readonly registrar: boolean;
    /** A promo code that is said with it; a candidate where the first purchase binds. */
    readonly code: number | null;
  }[];
  readonly takenBack: readonly {
    readonly kind: 'chargeback' | 'refund';
    readonly deposit: number;
    readonly at: Minute;
    readonly amount: number | null;
  }[];
  readonly positions: readonly {
    readonly login: number;
    readonly gold: boolean;
    readonly sell: boolean;
    readonly at: Minute;
    readonly lots: number;
    readonly rows: readonly {
      readonly entry: 'in' | 'out' | 'inout' | 'out_by' | 'service' | 'balance';
      readonly after: number;
      readonly lots: number;
    }[];
    /** Row that the platform took back later; none where it has no such row. */
    readonly cancelled: number | null;
    readonly lostOpening: boolean;
  }[];
  /** Later or earlier statements of events of a CRM, in their order. */
  readonly revisions: readonly {
    readonly report: number;
    readonly change: 'amount' | 'time' | 'customer' | 'declined' | 'again';
    readonly by: number;
  }[];
  readonly retractions: readonly number[];
  /** Rounds that were played; left out: none. */
  readonly plays?: readonly Play[];
  /** Grades that people give, from an instant on; left out: none. */
  readonly graded?: readonly { readonly partner: number; readonly at: Minute; readonly gold: boolean }[];
}

export interface Registration {
  readonly customer: number;
  readonly at: Minute;
  readonly registrar: boolean;
  readonly click: Click | null;
  readonly login: number | null;
  readonly test: boolean;
  readonly code: number | null;
  /** As the customer declares it. */
  readonly country: Country;
}

export interface LinkParts {
  readonly customer: number;
  readonly login: number;
  readonly from: Minute | null;
  readonly to: Minute | null;
}

export interface Click {
  readonly partner: number;
  /** Days before the registration; a negative number comes after it. */
  readonly daysBefore: number;
  readonly tampered: boolean;
  readonly country: Country;
}

const minuteOf = (first: number, last: number): fc.Arbitrary<Minute> =>
  fc
    .tuple(fc.integer({ min: first, max: last }), fc.constantFrom(0, 1, 2, 4, 60, 600, 1439))
    .map(([day, rest]) => day * 1440 + rest);
const minute = minuteOf(0, DAYS - 1);

const partner = fc.nat(MOST_PARTNERS - 1);
const customer = fc.nat(CUSTOMERS - 1);
const login = fc.constantFrom(0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4, CONTESTED_LOGIN);
/** Present in about `percent` of a hundred cases; absent is the smaller one. */
const maybe = <T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(null) }, { weight: percent, arbitrary });
const bound = (): fc.Arbitrary<Minute | null> => maybe(60, minute);
const onceIn = (n: number): fc.Arbitrary<boolean> => fc.nat(n - 1).map((drawn) => drawn === n - 1);

const cpa: fc.Arbitrary<NonNullable<Terms['cpa']>> = fc.record({
  amount: fc.constantFrom(100, 250),
  override: maybe(50, fc.constant(20)),
  minimum: fc.constantFrom(0, 100),
  windowDays: fc.constantFrom(null, 30, 5),
  kyc: fc.boolean(),
  termsAt: fc.constantFrom('attribution', 'qualification'),
});

const terms: fc.Arbitrary<Terms> = fc.record({
  currency: fc.constantFrom('USD', 'USD', 'USD', 'USD', 'EUR'),
  mode: fc.constantFrom('additive_fixed', 'difference'),
  rate: fc.constantFrom(70, 80, 33, 0),
  goldRate: fc.constantFrom(100, 55),
  override: fc.constantFrom(10, 5, 0),
  depth: fc.constantFrom(5, 2),
  minimumDuration: fc.constantFrom(0, 180),
  hold: fc.constantFrom(0, 3, 30),
  cpa: maybe(85, cpa),
  monthly: monthlies,
});

const click: fc.Arbitrary<Click> = fc.record({
  partner,
  daysBefore: fc.constantFrom(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 29, 30, 31, -1),
  tampered: onceIn(12),
  country: countries,
});

/** The registration that one expects: early, by the registrar, mostly with a click that counts and an account of its own. */
const usual = (own: number): fc.Arbitrary<Registration | null> =>
  maybe(
    92,
    fc.record({
      customer: fc.constant(own),
      at: minuteOf(0, 15),
      registrar: fc.constant(true),
      click: maybe(90, click),
      login: maybe(85, fc.constant(own)),
      test: onceIn(25),
      code: maybe(50, fc.nat(2)),
      country: countries,
    }),
  );

const further: fc.Arbitrary<Registration> = fc.record({
  customer,
  at: minuteOf(0, 30),
  registrar: fc.nat(2).map((n) => n > 0),
  click: maybe(85, click),
  login: maybe(40, login),
  test: onceIn(25),
  code: maybe(50, fc.nat(2)),
  country: countries,
});

const link: fc.Arbitrary<LinkParts> = fc.record({
  customer,
  login: fc.constantFrom(3, 4, 3, 4, 3, 4, 0, 1),
  from: bound(),
  to: bound(),
});

const position: fc.Arbitrary<World['positions'][number]> = fc.record({
  login,
  gold: fc.boolean(),
  sell: fc.boolean(),
  at: minuteOf(8, DAYS + 3),
  lots: fc.constantFrom(100, 150, 7),
  rows: fc.array(
    fc.record({
      entry: fc.constantFrom(
        'out',
        'out',
        'out',
        'out',
        'out',
        'in',
        'inout',
        'out_by',
        'service',
        'balance',
      ),
      after: fc.constantFrom(5, 60, 1440, 3, 1, 0, 4_320),
      lots: fc.constantFrom(100, 50, 33, 200),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  cancelled: maybe(20, fc.nat(3)),
  lostOpening: onceIn(12),
});

const anyWorld: fc.Arbitrary<World> = fc.record({
  ...moreFacts({ partner, customer, minute, bound, seldom: () => maybe(20, minute) }),
  winner: fc.constantFrom('last_click', 'first_click', 'code_over_click', 'exclusive_code'),
  finality: fc.constantFrom('registration', 'registration', 'first_purchase'),
  geo: geos,
  parents: fc.tuple(
    fc.constant(-1),
    fc.integer({ min: -1, max: 0 }),
    fc.integer({ min: -1, max: 1 }),
    fc.integer({ min: -1, max: 2 }),
  ),
  moves: fc.array(
    fc.record({
      child: fc.integer({ min: 1, max: MOST_PARTNERS - 1 }),
      parent: fc.integer({ min: -1, max: 2 }),
      at: minute,
      takenBack: onceIn(4),
    }),
    { maxLength: 4 },
  ),
  suspended: fc.array(fc.record({ partner, at: minute, to: bound() }), { maxLength: 2 }),
  terms: fc
    .tuple(
      fc.record({ partner: fc.constant(null), from: maybe(40, minuteOf(0, 10)), terms }),
      fc.array(fc.record({ partner: maybe(80, partner), from: bound(), terms }), { maxLength: 4 }),
    )
    .map(([first, more]) => [first, ...more]),
  registrations: fc
    .tuple(usual(0), usual(1), usual(2), fc.array(further, { maxLength: 2 }))
    .map(([a, b, c, more]) => [...[a, b, c].filter((own) => own !== null), ...more]),
  tableRows: fc.array(link, { maxLength: 3 }),
  links: fc.array(link, { maxLength: 3 }),
  attributions: fc.array(fc.record({ customer, partner: maybe(85, partner), from: bound() }), {
    maxLength: 3,
  }),
  kyc: fc.array(
    fc.record({
      customer,
      status: fc.constantFrom(1, 1, 1, 0, 2),
      at: minute,
      byEvent: fc.boolean(),
      country: countries,
    }),
    { maxLength: 4 },
  ),
  deposits: fc.array(
    fc.record({
      customer,
      by: fc.constantFrom('customer', 'customer', 'login', 'click'),
      kind: fc.constantFrom('deposit', 'deposit', 'first_deposit', 'withdrawal'),
      at: minuteOf(4, DAYS - 1),
      amount: fc.constantFrom(100, 200, 50),
      twin: onceIn(8),
      test: onceIn(12),
      registrar: fc.boolean(),
      code: maybe(15, fc.nat(3)),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  takenBack: fc.array(
    fc.record({
      kind: fc.constantFrom('chargeback', 'chargeback', 'refund'),
      deposit: fc.nat(5),
      at: minute,
      amount: fc.constantFrom(null, 30, 200),
    }),
    { maxLength: 2 },
  ),
  positions: fc.array(position, { minLength: 1, maxLength: 7 }),
  revisions: fc.array(
    fc.record({
      report: fc.nat(15),
      change: fc.constantFrom('amount', 'time', 'customer', 'declined', 'again'),
      by: fc.nat(5),
    }),
    { maxLength: 4 },
  ),
  plays: plays(customer, minuteOf(4, DAYS - 1)),
  retractions: fc.array(fc.nat(9), { maxLength: 2 }),
  graded: fc.array(fc.record({ partner, at: minute, gold: fc.boolean() }), { minLength: 1, maxLength: 4 }),
});

/**
 * Worlds with four partners, three customers and five logins, and some forty statements about them. Without the bias to
 * small and extreme values: those are worlds in which nothing is paid, and a property about money needs money.
 */
export const worlds: fc.Arbitrary<World> = fc.noBias(anyWorld);
