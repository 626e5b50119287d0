// What will happen, decided from a seed before anything is sent: who clicks, registers, deposits, trades, and when it is told.
// Times are milliseconds since the beginning of the story, on the clock of the sandbox program.
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { copies, delay } from './story-facts.ts';
import type { Step, StoryCustomer, Telling } from './story-facts.ts';
import { tellMoney } from './story-money.ts';
import { tellTrading } from './story-trades.ts';
import { DAY_MS, PARTNERS } from './structure.ts';
import type { DemoPartner } from './structure.ts';

export type { Said, Step, StoryCustomer, StoryDeal } from './story-facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface StoryOptions {
  readonly seed: number;
  readonly events: number;
  /** Length of the story. */
  readonly spanMs: number;
}

/** The whole story in the order in which it is done. */
export interface Story {
  readonly customers: readonly StoryCustomer[];
  readonly steps: readonly Step[];
}

/** About this many facts become of one customer. */
const EVENTS_PER_CUSTOMER = 17;
const FEWEST_CUSTOMERS = 24;

export function tellStory(options: StoryOptions): Story {
  const random = createRandom(options.seed);
  const count = Math.max(FEWEST_CUSTOMERS, Math.round(options.events / EVENTS_PER_CUSTOMER));
  const customers = Array.from({ length: count }, (_, index) => makeCustomer(random, index));
  const steps = customers.flatMap((customer) => tellCustomer({ random, customer, spanMs: options.spanMs }));
  const happened = steps.filter((step) => !('happenedAt' in step) || step.happenedAt <= options.spanMs);
  // What never happened is not taken back either.
  const deals = new Set(happened.flatMap((step) => (step.kind === 'deal' ? [step.deal.deal] : [])));
  const told = happened.filter((step) => step.kind !== 'cancel' || deals.has(step.deal));
  // A stable order: what one record says stays in it, and two runs of a seed are the same.
  return {
    customers,
    steps: told
      .map((step) => ({ ...step, at: Math.min(step.at, options.spanMs) }))
      .sort((a, b) => a.at - b.at),
  };
}

function makeCustomer(random: Random, index: number): StoryCustomer {
  const number = 10_001 + index;
  const partner = random.chance(0.1) ? null : pickPartner(random);
  return {
    number,
    name: `C-${number}`,
    login: 700_000 + number,
    partner,
    currency: partner?.currency ?? 'USD',
    country: partner?.country ?? random.pick(['FR', 'PL', 'ZA', 'AE']),
    linked: random.chance(0.74) ? 'at_once' : random.chance(0.93) ? 'later' : 'never',
  };
}

function pickPartner(random: Random): DemoPartner {
  const ballots = PARTNERS.flatMap((partner) => Array.from({ length: partner.weight }, () => partner));
  return random.pick(ballots);
}

function tellCustomer(telling: Telling): Step[] {
  const { random, customer, spanMs } = telling;
  const clickAt = Math.floor(random.next() * spanMs * 0.72);
  const registeredAt = clickAt + random.between(2, 40) * MINUTE_MS;
  const steps: Step[] = [];
  if (customer.partner !== null) {
    steps.push({ kind: 'click', at: clickAt, customer });
    // Some come back before they register, and visitors without end never do.
    if (random.chance(0.4))
      steps.push({ kind: 'click', at: Math.max(0, clickAt - random.between(1, 48) * HOUR_MS), customer });
  }
  steps.push({
    kind: 'say',
    at: registeredAt + delay(random),
    happenedAt: registeredAt,
    customer,
    said: { kind: 'registration' },
    copies: copies(random),
  });
  steps.push(...tellKyc(telling, registeredAt));
  const money = tellMoney(telling, registeredAt);
  steps.push(...money.steps);
  const trading = tellTrading(telling, money.firstDepositAt);
  steps.push(...trading.steps);
  if (customer.linked === 'later') {
    const linkAt = Math.min(trading.firstTradeAt + random.between(6, 96) * HOUR_MS, spanMs - HOUR_MS);
    steps.push({ kind: 'link', at: linkAt, happenedAt: registeredAt, customer });
  }
  if (random.chance(0.025)) steps.push(tellBroken(telling, registeredAt + HOUR_MS));
  return steps;
}

function tellKyc({ random, customer }: Telling, registeredAt: number): Step[] {
  const at = registeredAt + random.between(1, 30) * HOUR_MS;
  const say = (told: { number: number; at: number; status: 'pending' | 'passed' | 'failed' }): Step => ({
    kind: 'say',
    at: told.at,
    happenedAt: told.at,
    customer,
    said: { kind: 'kyc', transaction: `kyc-${customer.number}-${told.number}`, status: told.status },
    copies: 1,
  });
  const luck = random.next();
  if (luck < 0.8) return [say({ number: 1, at, status: 'passed' })];
  const pending = say({ number: 1, at: registeredAt + 30 * MINUTE_MS, status: 'pending' });
  if (luck < 0.92)
    return [pending, say({ number: 2, at: at + random.between(1, 5) * DAY_MS, status: 'passed' })];
  return luck < 0.96 ? [pending] : [say({ number: 1, at, status: 'failed' })];
}

const BROKEN: readonly Readonly<Record<string, string>>[] = [
  { event: 'deposit', amount: '12,50', currency: 'USD' },
  { event: 'deposit', amount: '250', currency: 'XYZ' },
  { event: 'lead', amount: '0' },
  { event: 'deposit', amount: '-40', currency: 'USD' },
  { event: 'deposit', amount: '100', currency: 'USD', customer_id: '{customer_id}' },
];

/** A postback that nobody can read: a comma in the amount, a currency that does not exist, a macro that was not filled in. */
function tellBroken({ random, customer }: Telling, at: number): Step {
  const fields = { customer_id: customer.name, txn_id: `bad-${customer.number}`, ...random.pick(BROKEN) };
  return { kind: 'say', at, happenedAt: at, customer, said: { kind: 'broken', fields }, copies: 1 };
}
