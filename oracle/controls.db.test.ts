// Negative controls: engines that are wrong in one way each. For every one of them there is a world in which the model says otherwise, and
// in which it agrees with the engine as it is; an oracle that stays green beside a wrong engine proves nothing.
// Written by somebody who knows the engine; the model is not (README.md).
import { afterEach, expect, test, vi } from 'vitest';
import { startTestApi } from '../server/test/support/test-api.ts';
import type { TestApi } from '../server/test/support/test-api.ts';
import type * as CandidatesRoom from '../server/src/pipeline/periods/candidates.ts';
import type * as CanonicalOrder from '../server/src/kernel/canonical-order.ts';
import type * as CarryRoom from '../server/src/pipeline/periods/carry.ts';
import type * as ClawbackRoom from '../server/src/pipeline/commission/clawback.ts';
import type * as DepositsRoom from '../server/src/pipeline/qualification/deposits.ts';
import type * as LevelsRoom from '../server/src/pipeline/commission/levels.ts';
import type * as LineRoom from '../server/src/pipeline/commission/line.ts';
import type * as MoneyRoom from '../server/src/kernel/money.ts';
import type * as PeriodRoom from '../server/src/kernel/period.ts';
import type * as RevenueRoom from '../server/src/pipeline/commission/revenue-cut.ts';
import type * as TiersRoom from '../server/src/pipeline/periods/tiers.ts';
import type * as TradeFilters from '../server/src/pipeline/commission/trade-filters.ts';
import type { Instant } from '../server/src/kernel/instant.ts';
import { generateWorld } from './generate.ts';
import { findOpen } from './open-findings.ts';
import { compareWorld } from './run/compare.ts';
import { publishRates } from './run/tell.ts';

/** Each wrong engine, and the number of a world that shows it. Found by ORACLE_SEARCH=<first number>, which prints new ones. */
const CONTROLS = [
  { wrong: 'amounts are rounded down', world: 100000 },
  { wrong: 'the month is that of UTC', world: 100000 },
  { wrong: 'steps pay the whole volume at the rate that is reached', world: 100000 },
  { wrong: 'a debt is forgotten at the end of its month', world: 100000 },
  { wrong: 'a debt never expires', world: 100000 },
  { wrong: 'caps are not looked at', world: 100000 },
  { wrong: 'whatever is taken back is taken whole', world: 100000 },
  { wrong: 'hedged trades are paid', world: 100000 },
  { wrong: 'revenue does not limit what levels earn', world: 100000 },
  { wrong: 'credit counts as money of the customer', world: 100000 },
  { wrong: 'money is converted at the rate of the day before', world: 100000 },
  { wrong: 'each level earns its whole rate', world: 100000 },
  { wrong: 'what arrives first happened first', world: 100000 },
  { wrong: 'a chargeback takes no CPA back', world: 100000 },
] as const;
type Wrong = (typeof CONTROLS)[number]['wrong'];

const engine = vi.hoisted((): { wrong: string | undefined } => ({ wrong: undefined }));
afterEach(() => {
  engine.wrong = undefined;
});
const is = (wrong: Wrong): boolean => engine.wrong === wrong;

vi.mock('../server/src/kernel/money.ts', async (original) => {
  const right = await original<typeof MoneyRoom>();
  const toMinor: typeof right.toMinor = (value, currency, mode) =>
    right.toMinor(value, currency, is('amounts are rounded down') ? 'down' : mode);
  return { ...right, toMinor };
});

vi.mock('../server/src/kernel/period.ts', async (original) => {
  const right = await original<typeof PeriodRoom>();
  const periodOf: typeof right.periodOf = (at, zone) =>
    right.periodOf(at, is('the month is that of UTC') ? 'UTC' : zone);
  return { ...right, periodOf };
});

vi.mock('../server/src/kernel/canonical-order.ts', async (original) => {
  const right = await original<typeof CanonicalOrder>();
  const sortCanonically: typeof right.sortCanonically = (events) => {
    if (!is('what arrives first happened first')) return right.sortCanonically(events);
    const arrival = (event: object): number => (event as { readonly receivedAt?: Instant }).receivedAt ?? 0;
    return right.sortCanonically(events).sort((a, b) => arrival(a) - arrival(b));
  };
  return { ...right, sortCanonically };
});

vi.mock('../server/src/pipeline/periods/tiers.ts', async (original) => {
  const right = await original<typeof TiersRoom>();
  const applyTiers: typeof right.applyTiers = (tiers, ...rest) =>
    right.applyTiers(
      is('steps pay the whole volume at the rate that is reached')
        ? { ...tiers, method: 'whole_volume' }
        : tiers,
      ...rest,
    );
  return { ...right, applyTiers };
});

vi.mock('../server/src/pipeline/periods/carry.ts', async (original) => {
  const right = await original<typeof CarryRoom>();
  const setOff: typeof right.setOff = (...asked) => {
    const carried = right.setOff(...asked);
    return is('a debt is forgotten at the end of its month') ? { ...carried, debt: right.NO_DEBT } : carried;
  };
  const takeOver: typeof right.takeOver = (debt, terms, period) =>
    is('a debt never expires') ? debt : right.takeOver(debt, terms, period);
  return { ...right, setOff, takeOver };
});

vi.mock('../server/src/pipeline/periods/candidates.ts', async (original) => {
  const right = await original<typeof CandidatesRoom>();
  const decideCandidates: typeof right.decideCandidates = (component, asked) =>
    right.decideCandidates(is('caps are not looked at') ? { ...component, caps: [] } : component, asked);
  return { ...right, decideCandidates };
});

vi.mock('../server/src/pipeline/commission/clawback.ts', async (original) => {
  const right = await original<typeof ClawbackRoom>();
  const splitClawback: typeof right.splitClawback = (paid, parts) =>
    right.splitClawback(
      paid,
      is('whatever is taken back is taken whole')
        ? parts.map((part) => ({ ...part, part: paid.whole }))
        : parts,
    );
  return { ...right, splitClawback };
});

vi.mock('../server/src/pipeline/commission/trade-filters.ts', async (original) => {
  const right = await original<typeof TradeFilters>();
  const findHedged: typeof right.findHedged = (parts) =>
    is('hedged trades are paid') ? new Set() : right.findHedged(parts);
  const findCreditCoefficient: typeof right.findCreditCoefficient = (...asked) =>
    is('credit counts as money of the customer') ? {} : right.findCreditCoefficient(...asked);
  return { ...right, findHedged, findCreditCoefficient };
});

vi.mock('../server/src/pipeline/commission/revenue-cut.ts', async (original) => {
  const right = await original<typeof RevenueRoom>();
  const cutToRevenue: typeof right.cutToRevenue = (amounts, ...rest) =>
    is('revenue does not limit what levels earn') ? [...amounts] : right.cutToRevenue(amounts, ...rest);
  return { ...right, cutToRevenue };
});

vi.mock('../server/src/pipeline/commission/line.ts', async (original) => {
  const right = await original<typeof LineRoom>();
  const DAY = 86_400_000_000;
  const asOf = (at: Instant): Instant =>
    is('money is converted at the rate of the day before') ? ((at - DAY) as Instant) : at;
  const converterAt: typeof right.converterAt = (program, at) => right.converterAt(program, asOf(at));
  const watchedConverter: typeof right.watchedConverter = (program, at) =>
    right.watchedConverter(program, asOf(at));
  return { ...right, converterAt, watchedConverter };
});

vi.mock('../server/src/pipeline/commission/levels.ts', async (original) => {
  const right = await original<typeof LevelsRoom>();
  const computeLevels: typeof right.computeLevels = (question) =>
    right.computeLevels(
      is('each level earns its whole rate') && question.mode === 'difference'
        ? { ...question, mode: 'additive_fixed' }
        : question,
    );
  return { ...right, computeLevels };
});

vi.mock('../server/src/pipeline/qualification/deposits.ts', async (original) => {
  const right = await original<typeof DepositsRoom>();
  const countDeposits: typeof right.countDeposits = (events, rates) =>
    right.countDeposits(
      is('a chargeback takes no CPA back') ? events.filter((event) => !right.isChargeback(event)) : events,
      rates,
    );
  return { ...right, countDeposits };
});

/** Whether the model says otherwise than the engine that is wrong in this way; both orders where order is what is wrong. */
async function isRed(api: TestApi, wrong: Wrong | undefined, number: number): Promise<boolean> {
  engine.wrong = wrong;
  const verdict = await compareWorld(
    api,
    generateWorld(number),
    wrong === undefined || wrong === 'what arrives first happened first' ? { shuffle: number } : {},
  );
  if (verdict.kind === 'refused') throw new Error(`world ${number} is refused: ${verdict.why}`);
  return verdict.kind === 'differ';
}

test('each of the engines that are wrong on purpose turns a world red that is green without it', async () => {
  const api = await startTestApi({ lanesPerTransaction: 1024, fence: false });
  try {
    await publishRates(api);
    for (const { wrong, world } of CONTROLS) {
      expect.soft(await isRed(api, undefined, world), `world ${world} with the engine as it is`).toBe(false);
      expect.soft(await isRed(api, wrong, world), `${wrong}, world ${world}`).toBe(true);
    }
  } finally {
    await api.close();
  }
}, 180_000);

const search = process.env['ORACLE_SEARCH'];
test.skipIf(search === undefined)(
  'search for a world that shows each wrong engine',
  async () => {
    const api = await startTestApi({ lanesPerTransaction: 1024, fence: false });
    try {
      await publishRates(api);
      const open = new Set<Wrong>(CONTROLS.map(({ wrong }) => wrong));
      const first = Number(search);
      for (let number = first; number < first + 400 && open.size > 0; number += 1) {
        if (findOpen(generateWorld(number)) !== undefined) continue;
        const found = await firstRed(api, [...open], number);
        for (const wrong of found) {
          open.delete(wrong);
          console.log(`FOUND { wrong: '${wrong}', world: ${number} },`);
        }
      }
      console.log(`left: ${[...open].join(', ')}`);
    } finally {
      await api.close();
    }
  },
  3_600_000,
);

/** Those of the wrong engines that this world shows; none where the engine as it is differs or refuses it. */
async function firstRed(api: TestApi, wrongs: readonly Wrong[], number: number): Promise<Wrong[]> {
  try {
    if (await isRed(api, undefined, number)) return [];
    const found: Wrong[] = [];
    for (const wrong of wrongs) if (await isRed(api, wrong, number)) found.push(wrong);
    return found;
  } catch {
    return [];
  }
}
