// What people say and decide about customers in a small world: codes, countries, statuses, merges, conflicts, reassignments.
import fc from 'fast-check';

/** When something happened: minutes since the beginning of the world. Coarse on purpose, so that instants meet. */
export type Minute = number;

/** null: nobody says one. */
export type Country = 'DE' | 'FR' | 'IT' | null;

/** Where the program may attribute customers; and whether that, with the model of attribution, is said late like any other fact. */
export interface Geo {
  readonly blocked: readonly Exclude<Country, null>[];
  readonly countryFrom: readonly ('declared' | 'kyc' | 'click')[];
  readonly saidLate: boolean;
}

/** How a merge ends: it stands; it is taken back; it is taken back and made once more. */
export type Fate = 'stands' | 'ended' | 'again';

export interface PeoplesWords {
  readonly codes: readonly {
    readonly partner: number;
    readonly exclusive: boolean;
    readonly from: Minute | null;
    readonly to: Minute | null;
  }[];
  readonly countries: readonly {
    readonly customer: number;
    readonly country: Exclude<Country, null>;
    readonly basis: 'declared' | 'kyc';
    readonly at: Minute | null;
  }[];
  readonly statuses: readonly {
    readonly customer: number;
    readonly status: 'self_excluded' | 'cooling_off' | 'closed' | 'duplicate' | 'readmitted';
    readonly at: Minute;
    readonly to: Minute | null;
    readonly byEvent: boolean;
  }[];
  readonly merges: readonly { readonly loser: number; readonly survivor: number; readonly fate: Fate }[];
  /** Both claim one login, each from its instant on without end, and a person gives it to one of them. */
  readonly conflicts: readonly {
    readonly customers: readonly [number, number];
    readonly since: readonly [Minute | null, Minute | null];
    readonly keep: 0 | 1;
  }[];
  /** Given to somebody else from the day after all that happened, in one request for all: what trades close later is his. */
  readonly reassigned: readonly { readonly customer: number; readonly partner: number | null }[];
}

/** No partner may have customers of FR in half of the worlds, and then FR is what every fourth customer says. */
export const countries: fc.Arbitrary<Country> = fc.constantFrom(
  null,
  null,
  'DE',
  'DE',
  'FR',
  'IT',
  null,
  'FR',
);

const said: fc.Arbitrary<Exclude<Country, null>> = fc.constantFrom('DE', 'FR', 'IT');

export const geos: fc.Arbitrary<Geo> = fc.record({
  blocked: fc.constantFrom([], ['FR'], ['FR', 'IT']),
  countryFrom: fc.constantFrom(
    ['declared', 'kyc', 'click'],
    ['kyc', 'declared', 'click'],
    ['click', 'kyc'],
    ['declared'],
  ),
  saidLate: fc.boolean(),
});

interface Parts {
  readonly partner: fc.Arbitrary<number>;
  readonly customer: fc.Arbitrary<number>;
  readonly minute: fc.Arbitrary<Minute>;
  bound(): fc.Arbitrary<Minute | null>;
  /** A bound that is mostly not there. */
  seldom(): fc.Arbitrary<Minute | null>;
}

/** Generators of what people say; `statements.ts` leaves out what cannot be meant together. */
export function moreFacts({ partner, customer, minute, bound, seldom }: Parts): {
  [Key in keyof PeoplesWords]: fc.Arbitrary<PeoplesWords[Key]>;
} {
  return {
    codes: fc.array(fc.record({ partner, exclusive: fc.boolean(), from: seldom(), to: seldom() }), {
      minLength: 1,
      maxLength: 3,
    }),
    countries: fc.array(
      fc.record({ customer, country: said, basis: fc.constantFrom('declared', 'kyc'), at: bound() }),
      { maxLength: 2 },
    ),
    statuses: fc.array(
      fc.record({
        customer,
        status: fc.constantFrom(
          'self_excluded',
          'cooling_off',
          'closed',
          'duplicate',
          'readmitted',
          'readmitted',
        ),
        at: minute,
        to: bound(),
        byEvent: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    merges: fc.array(
      fc.record({
        loser: customer,
        survivor: customer,
        fate: fc.constantFrom('stands', 'ended', 'ended', 'again'),
      }),
      { maxLength: 2 },
    ),
    conflicts: fc.array(
      fc.record({
        customers: fc.tuple(customer, customer),
        since: fc.tuple(bound(), bound()),
        keep: fc.constantFrom(0, 1),
      }),
      { maxLength: 1 },
    ),
    reassigned: fc.array(fc.record({ customer, partner: fc.option(partner, { freq: 6 }) }), { maxLength: 2 }),
  };
}
