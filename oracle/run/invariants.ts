// What must hold in every world, whatever the model says of it: looked at through the public API, and counted, so that a campaign can say
// how often.
import type { TestApi } from '../../server/test/support/test-api.ts';
import { verifyTold } from '../../server/test/support/verify-told.ts';
import { convert } from '../model/money.ts';
import { add, div, isNegative, less, q, show, sum, ZERO } from '../model/rational.ts';
import type { Q } from '../model/rational.ts';
import { RATES } from '../rates.ts';
import type { World } from '../world.ts';
import { get, post } from './doors.ts';
import type { Outcome } from './teller.ts';

/** By name, how often it was looked at. */
export type Checks = Map<string, number>;

const count = (checks: Checks, name: string, times = 1): void =>
  void checks.set(name, (checks.get(name) ?? 0) + times);

/** Of all worlds of one database together; says what does not hold. */
export async function checkBooks(api: TestApi, checks: Checks): Promise<string[]> {
  const broken: string[] = [];
  const expect = (name: string, holds: boolean, seen: unknown): void => {
    count(checks, name);
    if (!holds) broken.push(`${name}: ${JSON.stringify(seen).slice(0, 800)}`);
  };
  const quiet = await post(api, '/v1/quiesce', { timeoutSeconds: 0 });
  expect('everything is drained', quiet.drained === true, quiet);
  const ledger = await get(api, '/v1/ledger/check');
  expect('the ledger sums to zero', ledger.ok === true, ledger);
  const counted = await get(api, '/v1/conservation');
  expect('nothing is lost', counted.holds === true && counted.total.failed === 0, counted);
  try {
    const verified = await verifyTold(api);
    expect('rebuild equals books', verified.ok, verified.differences);
  } catch (error) {
    expect('rebuild equals books', false, String(error));
  }
  return broken;
}

/** Of one world as it came out. */
export function checkOutcome(world: World, outcome: Outcome, checks: Checks): string[] {
  count(checks, 'balances are the sum of commissions', world.partners.length);
  return [
    ...backsWithinOriginals(world, outcome, checks),
    ...levelsWithinRevenue(world, outcome, checks),
    ...partsOfWholes(outcome, checks),
  ];
}

interface Key {
  readonly who: string;
  readonly component: string;
  readonly kind: string;
  readonly id: string;
  readonly currency: string;
}

/** "p0 cpa level 1 event b3 USD", as model/line.ts writes it. */
function readKey(key: string): Key | undefined {
  const match = /^(p\d+ (\S+) level \d+) (event|customer) (\S+) (\S+)$/.exec(key);
  if (match === null) return undefined;
  const [, who = '', component = '', kind = '', id = '', currency = ''] = match;
  return { who, component, kind, id, currency };
}

const BACK = ['chargeback', 'refund', 'reversal'];

/** Rules 5 "Clawback": what is taken back is never above the original, for every level. */
function backsWithinOriginals(world: World, { amounts }: Outcome, checks: Checks): string[] {
  const events = new Map(world.events.map((event) => [event.id, event]));
  const left = new Map<string, { original: Q; back: Q }>();
  const put = (name: string, part: Partial<{ original: Q; back: Q }>): void => {
    const before = left.get(name) ?? { original: ZERO, back: ZERO };
    left.set(name, {
      original: add(before.original, part.original ?? ZERO),
      back: add(before.back, part.back ?? ZERO),
    });
  };
  const into = new Map(
    (world.merges ?? []).filter(({ ended }) => ended !== true).map((merge) => [merge.from, merge.into]),
  );
  for (const [text, amount] of amounts) {
    const key = readKey(text);
    if (key === undefined) continue;
    const event = key.kind === 'event' ? events.get(key.id) : undefined;
    const isBack = event !== undefined && BACK.includes(event.kind);
    if (key.kind === 'customer') put(`${key.who} customer ${key.id} ${key.currency}`, { original: amount });
    else if (isBack && key.component === 'cpa')
      put(`${key.who} customer ${into.get(event.customer) ?? event.customer} ${key.currency}`, {
        back: amount,
      });
    else
      put(
        `${key.who} event ${isBack ? event.originalId : key.id} ${key.currency}`,
        isBack ? { back: amount } : { original: amount },
      );
  }
  const broken: string[] = [];
  for (const [name, { original, back }] of left) {
    if (!isNegative(back)) continue;
    count(checks, 'clawback never above original');
    if (isNegative(original) || isNegative(add(original, back)))
      broken.push(`${name}: ${show(original)} was paid, and ${show(back)} taken back`);
  }
  return broken;
}

/** Where the event tells its revenue, all levels of a component come to no more; each line may have been rounded up. */
function levelsWithinRevenue(world: World, { amounts }: Outcome, checks: Checks): string[] {
  const broken: string[] = [];
  for (const event of world.events) {
    const told = event.measures?.['revenue'];
    if (told === undefined || event.execution === undefined || event.execution.entry === 'in') continue;
    const byComponent = new Map<string, Q[]>();
    for (const [text, amount] of amounts) {
      const key = readKey(text);
      if (key === undefined || key.kind !== 'event' || key.id !== event.id) continue;
      const money = convert(amount, { from: key.currency, to: event.currency ?? '', at: event.at }, RATES);
      if (money === undefined) continue;
      byComponent.set(key.component, [...(byComponent.get(key.component) ?? []), money]);
    }
    for (const [component, lines] of byComponent) {
      count(checks, 'levels within revenue');
      const most = add(q(told), div(q(lines.length + 1), q('100')));
      if (less(most, sum(lines)))
        broken.push(`event ${event.id}: ${component} pays ${show(sum(lines))} of a revenue of ${told}`);
    }
  }
  return broken;
}

/** What explanations and months say of themselves (run/teller.ts takes a sample). */
function partsOfWholes({ wholes }: Outcome, checks: Checks): string[] {
  const broken: string[] = [];
  for (const { name, where, whole, parts } of wholes) {
    count(checks, name);
    const together = sum(parts);
    if (show(together) !== show(whole)) broken.push(`${name}, ${where}: ${show(together)} of ${show(whole)}`);
  }
  return broken;
}
