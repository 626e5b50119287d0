// The product against the model, on generated worlds. README.md says how a red world is played again.
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startTestApi } from '../server/test/support/test-api.ts';
import type { TestApi } from '../server/test/support/test-api.ts';
import { runCampaign } from './run/campaign.ts';
import { publishRates } from './run/tell.ts';

const FEW = 24;
const cases = Number(process.env['PLUMBLINE_CASES'] ?? FEW);
const seed = Number(process.env['PLUMBLINE_SEED'] ?? 1001);
/** Worlds that are paid, beside the few of every suite. */
const FEW_PAID = 12;
const numbers = process.env['ORACLE_WORLDS']?.split(',').map(Number);

/** The worlds that were asked for; in a suite some of each generation. */
const played: readonly (readonly [number, number])[] =
  process.env['PLUMBLINE_SEED'] === undefined && numbers === undefined && cases === FEW
    ? [
        [seed, FEW],
        [2001, FEW_PAID],
      ]
    : [[seed, cases]];

test.for(played)(
  'an independent recomputation comes to the same amounts (seed %i, %i worlds)',
  { timeout: 120_000 + cases * 20_000 },
  async ([from, many]) => {
    const started = Date.now();
    const result = await runCampaign({
      seed: from,
      cases: many,
      ...(numbers === undefined ? {} : { numbers }),
      batch: Number(process.env['ORACLE_BATCH'] ?? 60),
      shuffleEvery: Number(process.env['ORACLE_SHUFFLE'] ?? 3),
      mostDiffering: Number(process.env['ORACLE_MOST'] ?? 3),
      shrinkWithinMs: Number(process.env['ORACLE_SHRINK'] ?? 60_000),
      open: openProduct,
      tell: (text) => {
        console.log(text);
        write(text);
      },
      note: write,
    });
    const worlds = result.agreed + result.differing.length + result.refused.length;
    if (cases > FEW)
      console.log(
        [...result.coverage]
          .sort()
          .map(([name, count]) => `${((100 * count) / worlds).toFixed(1)} % ${name}`)
          .join('\n'),
      );
    if (cases > FEW)
      console.log([...result.checks].map(([name, times]) => `checked ${times} times: ${name}`).join('\n'));
    console.log(
      `${result.agreed} worlds agree, ${result.differing.length} differ, ${result.refused.length} are refused, ${result.leftOut} concern open findings; ${(worlds / ((Date.now() - started) / 1000)).toFixed(1)} worlds a second`,
    );
    expect(result.broken).toEqual([]);
    expect(result.differing.map(({ seed: one, places }) => [one, ...places])).toEqual([]);
  },
);

/** A campaign that is ended from outside has said what it found by then. */
function write(text: string): void {
  const file = process.env['ORACLE_LOG'];
  if (file !== undefined) appendFileSync(file, `${text}\n`);
}

async function openProduct(): Promise<TestApi> {
  const api = await startTestApi({ lanesPerTransaction: 1024, fence: false, max: 8 });
  await publishRates(api);
  return api;
}
