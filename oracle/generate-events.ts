// What happened with the customers of a world.
import type { Chance } from './chance.ts';
import type { Customer, Execution, WorldEvent } from './world.ts';
import type { Flavour } from './generate.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const END = Date.parse('2026-05-28T00:00:00Z');

interface Parts {
  readonly flavour: Flavour;
  readonly customers: readonly Customer[];
  readonly zone: string;
  readonly baseCurrency: string;
}

class Teller {
  readonly events: WorldEvent[] = [];
  readonly chance: Chance;
  readonly #customers: readonly Customer[];
  readonly #taken = new Set<number>();
  #count = 0;

  constructor(chance: Chance, customers: readonly Customer[]) {
    this.chance = chance;
    this.#customers = customers;
  }

  /** Adds an event at an instant of its own: two at one instant would make the order a matter of names only. */
  add(prefix: string, event: Omit<WorldEvent, 'id'>): WorldEvent {
    this.#count += 1;
    let { at } = event;
    while (this.#taken.has(at)) at += 1000;
    this.#taken.add(at);
    const added = { ...event, at, id: `${prefix}${this.#count}` };
    this.events.push(added);
    return added;
  }

  customer(): number {
    return this.chance.below(this.#customers.length);
  }

  /** Some time after the registration: soon, within the usual windows, or much later. */
  time(customer: number): number {
    const registered = this.#customers[customer]?.registeredAt ?? 0;
    const days = this.chance.pick([1, 5, 20, 35, 60, 120]);
    return Math.min(registered + MINUTE + this.chance.below(days * 1440) * MINUTE, END);
  }
}

export function generateEvents(chance: Chance, { flavour, customers, baseCurrency }: Parts): WorldEvent[] {
  const teller = new Teller(chance, customers);
  const currency = (): string => (chance.chance(80) ? baseCurrency : chance.pick(['USD', 'EUR', 'GBP']));
  moneyIn(teller, currency);
  if (flavour === 'forex' || flavour === 'mixed') positions(teller, currency);
  if (flavour === 'gaming' || (flavour === 'mixed' && chance.chance(50))) games(teller, currency);
  if (flavour === 'prop' || flavour === 'mixed') challenges(teller, currency);
  gates(teller);
  return teller.events;
}

const amount = (chance: Chance): string => chance.pick(['100', '50', '200', '149.99', '33.33', '75', '1000']);

function moneyIn(teller: Teller, currency: () => string): void {
  const { chance } = teller;
  for (let n = chance.between(1, 6); n > 0; n -= 1) {
    const customer = teller.customer();
    const deposit = teller.add('d', {
      kind: chance.chance(80) ? 'deposit' : 'first_deposit',
      customer,
      at: teller.time(customer),
      amount: amount(chance),
      currency: currency(),
      ...(chance.chance(20) ? { product: chance.pick(['casino', 'sport']) } : {}),
      ...(chance.chance(5) ? { test: true } : {}),
    });
    if (chance.chance(30)) takeBack(teller, deposit, chance.chance(80) ? 'chargeback' : 'refund');
  }
  for (let n = chance.below(3); n > 0; n -= 1) {
    const customer = teller.customer();
    teller.add('w', {
      kind: 'withdrawal',
      customer,
      at: teller.time(customer),
      amount: amount(chance),
      currency: currency(),
    });
  }
}

function takeBack(teller: Teller, original: WorldEvent, kind: string): void {
  const { chance } = teller;
  let at = original.at + MINUTE + chance.below(40 * 1440) * MINUTE;
  for (let n = chance.chance(25) ? 2 : 1; n > 0; n -= 1, at += chance.between(1, 20 * 1440) * MINUTE) {
    if (at > END) return;
    const whole = chance.chance(50);
    teller.add('b', {
      kind,
      customer: original.customer,
      at,
      originalId: original.id,
      amount: whole ? (original.amount ?? '1') : chance.pick(['30', '10.5', '60']),
      currency: original.currency ?? 'USD',
    });
  }
}

const SYMBOLS: readonly (readonly [string, string, readonly string[]])[] = [
  ['EURUSD', '100000', ['1.0850', '1.0872', '1.0801']],
  ['XAUUSD', '100', ['2330.15', '2331.40', '2328.05']],
  ['USDJPY', '100000', ['151.20', '151.90', '150.75']],
  ['US30', '5', ['39000', '39125.5', '38890']],
];

function positions(teller: Teller, currency: () => string): void {
  const { chance } = teller;
  for (let n = chance.between(2, 8); n > 0; n -= 1) {
    const customer = teller.customer();
    const [symbol, contractSize, prices] = chance.pick(SYMBOLS);
    const account = `live:${100 + customer * 2 + chance.below(2)}`;
    const position = `pos${n}`;
    const side = chance.pick(['buy', 'sell'] as const);
    const money = currency();
    // Often on a day of its own, often on one with others, so that sides are netted.
    let at = chance.chance(60)
      ? teller.time(customer)
      : Math.max(teller.time(customer), Date.parse('2026-02-10T08:00:00Z'));
    if (chance.chance(35)) at = Date.parse('2026-02-12T08:00:00Z') + chance.below(600) * MINUTE;
    const execution = (entry: 'in' | 'out', lots: string): Execution => ({
      account,
      position,
      side: entry === 'in' ? side : side === 'buy' ? 'sell' : 'buy',
      entry,
      symbol,
      lots,
      price: chance.pick(prices),
      contractSize,
      commission: chance.pick(['-7', '-3.5', '0', '-1.23']),
      profit: chance.pick(['12.5', '-40', '0', '3.33']),
      swap: chance.pick(['0', '-1.2']),
      ...(entry === 'out' && chance.chance(5) ? { service: true } : {}),
      ...(chance.chance(5) ? { cancelled: true } : {}),
    });
    const tell = (entry: 'in' | 'out', lots: string): void => {
      teller.add('x', {
        kind: 'execution',
        customer,
        at,
        currency: money,
        ...accountOf(chance, account),
        measures: measuresOf(chance),
        execution: execution(entry, lots),
      });
    };
    const lots = chance.pick(['1', '0.5', '2', '0.33', '1.5']);
    tell('in', lots);
    at += chance.pick([60, 120, 60]) * 1000;
    if (chance.chance(15)) tell('in', '0.25');
    at += chance.pick([0, 59, 60, 61, 3600, 86_400]) * 1000;
    if (chance.chance(30)) {
      tell('out', chance.pick(['0.1', '0.13']));
      at += chance.pick([30, 1680]) * 1000;
      tell('out', '0.2');
    } else if (chance.chance(92)) tell('out', lots);
  }
}

/** An account has one type, whatever trade is looked at. */
function accountOf(chance: Chance, account: string): object {
  const type = ['standard', 'cent', 'vip', undefined][Number(account.slice(-1)) % 4];
  if (type === undefined) return {};
  const marks = {
    ...(chance.chance(10) ? { social: 'true' } : {}),
    ...(chance.chance(5) ? { pamm: 'master' } : {}),
  };
  return { extra: { accountType: type, ...marks } };
}

function measuresOf(chance: Chance): Record<string, string> {
  return {
    spread: chance.pick(['0.00012', '0.0002', '0.16']),
    ...(chance.chance(50) ? { ask: '1.08512', bid: chance.pick(['1.08500', '1.08490']) } : {}),
    ...(chance.chance(30) ? { balance: chance.pick(['100', '-1', '0']) } : {}),
    ...(chance.chance(30) ? { equity: '10000', credit: chance.pick(['4000', '1000', '0']) } : {}),
    ...(chance.chance(10) ? { revenue: chance.pick(['5', '12.5', '3']) } : {}),
  };
}

function games(teller: Teller, currency: () => string): void {
  const { chance } = teller;
  for (let n = chance.between(3, 10); n > 0; n -= 1) {
    const customer = teller.customer();
    const product = chance.pick(['casino', 'casino', 'sport', undefined]);
    const common = {
      customer,
      ...(product === undefined ? {} : { product }),
      currency: currency(),
    };
    const bet = teller.add('g', {
      ...common,
      kind: 'bet',
      at: teller.time(customer),
      amount: amount(chance),
      ...(chance.chance(60) ? { extra: { round: `r${chance.below(6)}` } } : {}),
    });
    if (chance.chance(50))
      teller.add('v', {
        ...common,
        kind: 'win',
        at: bet.at + MINUTE,
        amount: chance.pick(['10', '80', '150', '300']),
      });
    if (chance.chance(10))
      teller.add('u', {
        ...common,
        kind: 'rollback',
        at: bet.at + 2 * MINUTE,
        originalId: bet.id,
        amount: bet.amount ?? '0',
      });
  }
  for (let n = chance.below(4); n > 0; n -= 1) {
    const customer = teller.customer();
    teller.add('a', {
      kind: 'activity_day',
      customer,
      at: teller.time(customer),
      currency: currency(),
      ...(chance.chance(50) ? { product: 'casino' } : {}),
      measures: {
        bets: chance.pick(['100', '500', '0']),
        wins: chance.pick(['50', '700', '0']),
        ...(chance.chance(40) ? { bonus_cost: '12.5' } : {}),
        ...(chance.chance(40) ? { rounds: chance.pick(['1', '5']) } : {}),
        ...(chance.chance(30) ? { ngr: chance.pick(['30', '-55.5']) } : {}),
      },
    });
  }
}

function challenges(teller: Teller, currency: () => string): void {
  const { chance } = teller;
  for (let n = chance.between(1, 6); n > 0; n -= 1) {
    const customer = teller.customer();
    const at = teller.time(customer);
    const money = currency();
    const bought = teller.add('p', {
      kind: chance.chance(70) ? 'challenge_purchased' : 'reset_purchased',
      customer,
      at,
      amount: chance.chance(10) ? '0' : chance.pick(['450', '99.99', '250', '33.35']),
      currency: money,
    });
    if (chance.chance(30) && bought.amount !== '0')
      takeBack(teller, bought, chance.pick(['chargeback', 'refund', 'reversal']));
    if (chance.chance(40))
      teller.add('s', {
        kind: 'phase_passed',
        customer,
        at: at + DAY,
        extra: { phase: String(chance.between(1, 2)) },
      });
    if (chance.chance(30)) teller.add('f', { kind: 'funded', customer, at: at + 2 * DAY });
    if (chance.chance(30))
      teller.add('t', {
        kind: 'trader_payout',
        customer,
        at: at + 3 * DAY,
        amount: amount(chance),
        currency: money,
      });
  }
}

function gates(teller: Teller): void {
  const { chance } = teller;
  while (chance.chance(30)) {
    const customer = teller.customer();
    teller.add('k', {
      kind: 'kyc_status',
      customer,
      at: teller.time(customer),
      kyc: chance.pick(['pending', 'passed', 'passed', 'failed']),
    });
  }
  if (chance.chance(20)) {
    const customer = teller.customer();
    const at = teller.time(customer);
    const status = chance.pick(['self_excluded', 'cooling_off', 'closed', 'duplicate'] as const);
    teller.add('e', {
      kind: status === 'closed' ? 'account_closed' : 'self_excluded',
      customer,
      at,
      status,
      ...(chance.chance(40) ? { until: at + chance.between(1, 30) * DAY } : {}),
    });
    if (chance.chance(30))
      teller.add('e', {
        kind: 'self_excluded',
        customer,
        at: at + chance.between(1, 20) * DAY,
        status: 'readmitted',
      });
  }
}
