// Worlds in which one way of being wrong matters; small, so that a control takes seconds.
import type { Style } from './variants.ts';
import type { Registration, World } from './world.ts';

export const DAY = 1440;

/** One customer, registered on the first day by a click of the first partner, and terms that pay per lot and once. */
export const EMPTY: World = {
  winner: 'last_click',
  finality: 'registration',
  geo: { blocked: [], countryFrom: ['declared', 'kyc', 'click'], saidLate: false },
  parents: [-1, -1, -1],
  moves: [],
  suspended: [],
  terms: [
    {
      partner: null,
      from: null,
      terms: {
        currency: 'USD',
        mode: 'additive_fixed',
        rate: 70,
        goldRate: 100,
        override: 10,
        depth: 5,
        minimumDuration: 0,
        hold: 0,
        cpa: {
          amount: 100,
          override: null,
          minimum: 100,
          windowDays: 30,
          kyc: false,
          termsAt: 'attribution',
        },
      },
    },
  ],
  registrations: [registration(0)],
  tableRows: [],
  links: [],
  attributions: [],
  kyc: [],
  deposits: [],
  takenBack: [],
  positions: [],
  revisions: [],
  retractions: [],
  codes: [],
  countries: [],
  statuses: [],
  merges: [],
  conflicts: [],
  reassigned: [],
};

function registration(customer: number, more: Partial<Registration> = {}): Registration {
  return {
    customer,
    at: DAY,
    registrar: true,
    click: { partner: customer, daysBefore: 1, tampered: false, country: null },
    login: customer,
    test: false,
    code: null,
    country: null,
    ...more,
  };
}

export function trade(day: number, login = 0): World['positions'][number] {
  return {
    login,
    gold: false,
    sell: false,
    at: day * DAY,
    lots: 100,
    rows: [{ entry: 'out', after: 60, lots: 100 }],
    cancelled: null,
    lostOpening: false,
  };
}

export function deposit(day: number, amount: number, code: number | null = null): World['deposits'][number] {
  return {
    customer: 0,
    by: 'customer',
    kind: 'deposit',
    at: day * DAY,
    amount,
    twin: false,
    test: false,
    registrar: true,
    code,
  };
}

function code(partner: number): World['codes'][number] {
  return { partner, exclusive: false, from: null, to: null };
}

function status(word: 'self_excluded' | 'readmitted', day: number): World['statuses'][number] {
  return { customer: 0, status: word, at: day * DAY, to: null, byEvent: true };
}

function checked(country: 'DE' | 'FR', day: number): World['kyc'][number] {
  return { customer: 0, status: 1, at: day * DAY, byEvent: true, country };
}

const THREE = [0, 1, 2].map((customer) => registration(customer));
const TRADES_OF_TWO = [0, 1].flatMap((login) => [3, 5, 9].map((day) => trade(day, login)));

export interface Control {
  readonly wrong: string;
  /** Where two worlds are needed to show what one engine does: which part this is. */
  readonly where: string;
  readonly world: World;
  readonly styles: readonly Style[];
}

/** Most of what is wrong shows when the last comes first; what happens inside a turn shows at its failpoints. */
const BACKWARDS: readonly Style[] = ['backwards'];
const BY_TURNS: readonly Style[] = ['drained', 'turned'];
const AT_FAILPOINTS: readonly Style[] = ['meeting', 'interleaved'];

const BY_MONTH: World = {
  ...EMPTY,
  terms: EMPTY.terms.map((deal) => ({
    ...deal,
    terms: {
      ...deal.terms,
      monthly: {
        share: {
          base: 'net_deposits',
          policy: 'base',
          percent: 10,
          minimumActive: null,
          beside: 'advance',
          steps: null,
          overridePercent: null,
        },
        cpa: 'steps',
        lots: 'day',
      },
    },
  })),
};

export const CONTROLS: readonly Control[] = [
  {
    wrong: 'a month that was decided once counts no more',
    where: 'of a customer who is given to another partner',
    styles: BY_TURNS,
    world: {
      ...BY_MONTH,
      attributions: [
        { customer: 0, partner: 1, from: null },
        { customer: 0, partner: 2, from: 20 * DAY },
        { customer: 0, partner: 0, from: 30 * DAY },
      ],
      deposits: [deposit(3, 200), deposit(40, 100)],
      positions: [trade(3), trade(4)],
    },
  },
  {
    wrong: 'latest arrival wins the attribution',
    where: 'of two attributions by hand',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      attributions: [
        { customer: 0, partner: 1, from: 5 * DAY },
        { customer: 0, partner: 2, from: 20 * DAY },
      ],
      positions: [trade(3), trade(10), trade(30)],
    },
  },
  {
    wrong: 'the first deposit is the first to arrive',
    where: 'of two deposits',
    styles: BACKWARDS,
    world: { ...EMPTY, deposits: [deposit(3, 50), deposit(5, 200)] },
  },
  {
    wrong: 'links are read once in a turn',
    where: 'while others are parked',
    styles: AT_FAILPOINTS,
    world: {
      ...EMPTY,
      registrations: THREE,
      positions: [3, 4, 5].flatMap((day) => [0, 1, 2].map((login) => trade(day, login))),
    },
  },
  {
    wrong: 'who links does not look at what waits',
    where: 'while others are parked',
    styles: AT_FAILPOINTS,
    world: { ...EMPTY, positions: [trade(3), trade(4)] },
  },
  {
    wrong: 'who links does not look at what waits',
    where: 'for the decision of a conflict',
    styles: BY_TURNS,
    world: {
      ...EMPTY,
      registrations: THREE,
      conflicts: [{ customers: [0, 1], since: [null, 4 * DAY], keep: 1 }],
      positions: [3, 5, 7].map((day) => trade(day, 5)),
    },
  },
  {
    wrong: 'the code that arrives last wins',
    where: 'of two codes of one registration',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      winner: 'code_over_click',
      codes: [code(1), code(2)],
      registrations: [
        registration(0, { code: 0 }),
        registration(0, { at: DAY + 60, registrar: false, click: null, login: null, code: 1 }),
      ],
      positions: [trade(3)],
    },
  },
  {
    wrong: 'the country that arrives last counts',
    where: 'of two checks',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      geo: { ...EMPTY.geo, blocked: ['FR'] },
      kyc: [checked('DE', 2), checked('FR', 4)],
      positions: [trade(6)],
    },
  },
  {
    wrong: 'the purchase that arrives first binds',
    where: 'of two with codes',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      winner: 'code_over_click',
      finality: 'first_purchase',
      codes: [code(1), code(2)],
      deposits: [deposit(3, 50, 0), deposit(6, 50, 1)],
      positions: [trade(8)],
    },
  },
  {
    wrong: 'a readmission before its exclusion is forgotten',
    where: 'between trades',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      statuses: [status('self_excluded', 5), status('readmitted', 10)],
      positions: [trade(3), trade(7), trade(12)],
    },
  },
  {
    wrong: 'a change of the registry reaches nobody who was decided before',
    where: 'a suspension that ended',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      suspended: [{ partner: 0, at: 5 * DAY, to: 10 * DAY }],
      positions: [trade(3), trade(7), trade(12)],
    },
  },
  {
    wrong: 'a change of the registry reaches nobody who was decided before',
    where: 'the move of a sub-tree',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      parents: [-1, 0, 1],
      registrations: [registration(2)],
      moves: [{ child: 1, parent: -1, at: 5 * DAY, takenBack: false }],
      positions: [trade(3, 2), trade(7, 2)],
    },
  },
  {
    wrong: 'a merge moves only what comes after it',
    where: 'of two who traded',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      registrations: THREE,
      merges: [{ loser: 1, survivor: 0, fate: 'stands' }],
      positions: TRADES_OF_TWO,
    },
  },
  {
    wrong: 'an un-merge leaves behind what the merge has moved',
    where: 'of two who traded',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      registrations: THREE,
      merges: [{ loser: 1, survivor: 0, fate: 'ended' }],
      positions: TRADES_OF_TWO,
    },
  },
  {
    wrong: 'whoever is bound anew keeps the partner of before',
    where: 'after an attribution by hand',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      attributions: [{ customer: 0, partner: 1, from: 5 * DAY }],
      positions: [trade(7)],
    },
  },
  {
    wrong: 'the grade that is told last counts',
    where: 'of two that people gave',
    styles: BACKWARDS,
    world: {
      ...EMPTY,
      positions: [trade(3), trade(7), trade(20)],
      graded: [
        { partner: 0, at: 5 * DAY, gold: true },
        { partner: 0, at: 10 * DAY, gold: false },
      ],
    },
  },
];
