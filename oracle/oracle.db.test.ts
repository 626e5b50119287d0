// The product against the model, on generated worlds. README.md says how a red world is played again.
import { expect, test } from 'vitest';
import { startTestApi } from '../server/test/support/test-api.ts';
import { runCampaign } from './run/campaign.ts';
import { publishRates } from './run/tell.ts';

const FEW = 24;
const cases = Number(process.env['PLUMBLINE_CASES'] ?? FEW);
const seed = Number(process.env['PLUMBLINE_SEED'] ?? 1);

test(
  `an independent recomputation comes to the same amounts (seed ${seed}, ${cases} worlds)`,
  { timeout: 120_000 + cases * 20_000 },
  async () => {
    const api = await startTestApi({ lanesPerTransaction: 1024, fence: false });
    try {
      await publishRates(api);
      const result = await runCampaign(api, {
        seed,
        cases,
        shuffleEvery: Number(process.env['ORACLE_SHUFFLE'] ?? 3),
        mostDiffering: Number(process.env['ORACLE_MOST'] ?? 3),
        tell: (text) => console.log(text),
        shrinkWithinMs: Number(process.env['ORACLE_SHRINK'] ?? 60_000),
      });
      if (cases > FEW)
        console.log(
          [...result.coverage]
            .sort()
            .map(([name, count]) => `${count} ${name}`)
            .join('\n'),
        );
      console.log(
        `${result.agreed} worlds agree, ${result.differing.length} differ, ${result.refused.length} are refused, ${result.leftOut} concern open findings`,
      );
      expect(result.differing.map(({ seed: one, places }) => [one, ...places])).toEqual([]);
    } finally {
      await api.close();
    }
  },
);
