// The end: everything comes to rest, and the books are held against the evidence.
import type { Api } from './api.ts';
import { centsOf, readConservation, readEarned, sayCents, totalsOf } from './books.ts';
import type { Conservation, Earned } from './books.ts';
import type { Product } from './product.ts';
import type { Screen } from './screen.ts';
import type { World } from './set-up.ts';
import { PARTNERS } from './structure.ts';

export interface ClosingOptions {
  readonly api: Api;
  readonly product: Product;
  readonly world: World;
  readonly screen: Screen;
}

const QUIESCE_TRIES = 5;

/** Prints what became of it all. True when everything is at rest, conserved and verified, and something was earned. */
export async function closeBooks({ api, product, world, screen }: ClosingOptions): Promise<boolean> {
  screen.head('Coming to rest');
  const isAtRest = await quiesce(api);
  screen.say(
    isAtRest ? '  nothing is on the road any more' : '  NOT AT REST: something is still on the road',
  );
  const conservation = await readConservation(api);
  screen.head('Is everything that came in still somewhere, and in one place only?');
  for (const line of sayConservation(conservation)) screen.say(line);
  const earned = await readEarned(api);
  screen.head('What the partners earned');
  for (const line of sayEarned(earned, world)) screen.say(line);
  screen.head('Do the books equal a recomputation from the evidence alone?');
  const verified = await product.command('verify');
  for (const line of verified.output.trim().split('\n')) screen.say(`  ${line}`);
  screen.say(
    verified.ok
      ? `  ${screen.bold('Yes: the books equal a recomputation from the evidence.')}`
      : '  NO: see the first differences above.',
  );
  return isAtRest && conservation.holds && verified.ok && earned.length > 0;
}

async function quiesce(api: Api): Promise<boolean> {
  for (let tries = 1; tries <= QUIESCE_TRIES; tries += 1) {
    const { drained } = await api.post<{ drained: boolean }>('/v1/quiesce', { timeoutSeconds: 60 });
    if (drained) return true;
  }
  return false;
}

function sayConservation({ total, holds }: Conservation): string[] {
  const number = (count: number): string => count.toLocaleString('en-US');
  const items = Object.entries(total.dispositions).filter(([, count]) => count > 0);
  return [
    `  ${number(total.received)} items  = ${items.map(([word, count]) => `${number(count)} ${word}`).join(' + ')}`,
    `  ${number(total.events)} events = ${number(total.decided)} decided + ${number(total.waiting)} waiting + ${number(total.parked)} parked + ${number(total.inFlight)} in flight + ${number(total.failed)} failed`,
    holds ? '  Yes: both sums hold.' : '  NO: a sum does not hold.',
  ];
}

function sayEarned(earned: readonly Earned[], world: World): string[] {
  const lines = [
    `  ${'partner'.padEnd(28)}${['currency', 'on hold', 'approved', 'together'].map((title) => title.padStart(14)).join('')}`,
  ];
  for (const partner of PARTNERS) {
    const id = world.partners.get(partner.key);
    const depth = depthOf(partner.key);
    const rows = earned
      .filter((entry) => entry.partnerId === id)
      .sort((a, b) => (a.currency < b.currency ? 1 : -1));
    const name = `${'  '.repeat(depth)}${partner.name}`;
    if (rows.length === 0) lines.push(`  ${name.padEnd(28)}${'nothing'.padStart(14)}`);
    for (const row of rows) lines.push(`  ${name.padEnd(28)}${columns(row)}`);
  }
  for (const total of totalsOf(earned)) lines.push(`  ${'all partners'.padEnd(28)}${columns(total)}`);
  return lines;
}

function columns(row: { currency: string; accrued: bigint; approved: bigint }): string {
  return [row.currency, sayCents(row.accrued), sayCents(row.approved), sayCents(row.accrued + row.approved)]
    .map((text) => text.padStart(14))
    .join('');
}

function depthOf(key: string): number {
  const parent = PARTNERS.find((partner) => partner.key === key)?.parent ?? null;
  return parent === null ? 0 : depthOf(parent) + 1;
}

interface CommissionPage {
  readonly items: readonly {
    readonly id: string;
    readonly level: number;
    readonly component: string;
    readonly amount: { readonly amount: string };
  }[];
}

/** One commission that is worth a look: the largest recent one for a trade of a sub-IB's customer, where there is one. */
export async function findExample(api: Api): Promise<string | undefined> {
  const { items } = await api.get<CommissionPage>('/v1/commissions?limit=200');
  const largestFirst = items.toSorted((a, b) => Number(centsOf(b.amount.amount) - centsOf(a.amount.amount)));
  const ofTrade = largestFirst.find(({ level, component }) => level === 3 && component === 'per-lot');
  return (ofTrade ?? largestFirst[0])?.id;
}
