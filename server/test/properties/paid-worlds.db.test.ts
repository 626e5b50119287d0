// A payment in the midst of a history: whatever the order of what was told before it, and of what was told after it, the same is paid, and the
// same is left when all is told (rules.md 1.2, 1.3; docs/payments.md). An engine that goes by arrival, or takes too much, is found out.
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type * as ClawbackRoom from '../../src/pipeline/ledger/clawback.ts';
import type * as DepositsRoom from '../../src/pipeline/qualification/deposits.ts';
import { compare, settingsOf } from './campaign.ts';
import { deposit, EMPTY } from './control-worlds.ts';
import { splitAtPayment, withChargebacks } from './paid-worlds.ts';
import { play } from './play.ts';
import type { Tally } from './play.ts';
import { buildStage } from './stage.ts';
import { statementsOf } from './statements.ts';
import { canonicalVariant, variantOf, withPayment } from './variants.ts';
import type { Style } from './variants.ts';
import { worlds } from './world.ts';
import type { World } from './world.ts';

const engine = vi.hoisted((): { wrong: string | undefined } => ({ wrong: undefined }));
afterEach(() => {
  engine.wrong = undefined;
});

vi.mock('../../src/pipeline/qualification/deposits.ts', async (original) => {
  const right = await original<typeof DepositsRoom>();
  const countDeposits: typeof right.countDeposits = (events, rates) => {
    const count = right.countDeposits(events, rates);
    if (engine.wrong !== 'the first deposit is the first to arrive') return count;
    return { ...count, deposits: count.deposits.toSorted((a, b) => a.event.receivedAt - b.event.receivedAt) };
  };
  return { ...right, countDeposits };
});

vi.mock('../../src/pipeline/ledger/clawback.ts', async (original) => {
  const right = await original<typeof ClawbackRoom>();
  const partChange: typeof right.partChange = (state, change, group) =>
    right.partChange(
      state,
      engine.wrong === 'what is taken after a payment is taken twice' && group.wasPaid && change < 0n
        ? 2n * change
        : change,
      group,
    );
  return { ...right, partChange };
});

/** What one order, before the payment and after it, ends in that another one does not; undefined: nothing. */
async function findDifference(
  world: World,
  style: Style,
  seed: number,
  tally: Tally,
): Promise<string | undefined> {
  const stage = await buildStage(world);
  try {
    const [before, after] = splitAtPayment(statementsOf(world, stage));
    const inOrder = withPayment(canonicalVariant(before), canonicalVariant(after));
    const expected = await play(stage, inOrder, tally);
    const variant = withPayment(variantOf(before, style, seed), variantOf(after, style, seed + 1));
    return compare(expected, await play(stage, variant, tally));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await stage.drop();
  }
}

const STYLES = ['backwards', 'drained', 'turned', 'delayed'] as const;
const { seed, cases } = settingsOf(process.env, 4);

test(
  `a payment in the midst of a history ends in the same books in every order (seed ${seed}, ${cases} worlds)`,
  { timeout: cases * 60_000 + 120_000 },
  async () => {
    const tally: Tally = new Map();
    let round = 0;
    const property = fc.asyncProperty(worlds, fc.nat(1_000_000), async (world, own) => {
      const style = STYLES[round % STYLES.length] ?? 'drained';
      round += 1;
      const difference = await findDifference(withChargebacks(world), style, own, tally);
      if (difference !== undefined) throw new Error(`${style}, ${own}: ${difference}`);
    });
    await fc.assert(property, { seed, numRuns: cases, endOnFailure: true });
    expect(tally.get('paid') ?? 0).toBeGreaterThan(0);
  },
);

test.each([
  ['the first deposit is the first to arrive', [deposit(2, 50), deposit(5, 200)], /^(totals|desired) /],
  ['what is taken after a payment is taken twice', [], /verify finds a difference/],
] as const)('is found out where %s', { timeout: 120_000 }, async (wrong, deposits, red) => {
  const world = withChargebacks({ ...EMPTY, deposits: [...deposits] });
  engine.wrong = wrong;
  expect(await findDifference(world, 'backwards', 1, new Map())).toMatch(red);
  engine.wrong = undefined;
  expect(await findDifference(world, 'backwards', 1, new Map())).toBeUndefined();
});
