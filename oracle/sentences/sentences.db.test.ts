// The product against the sums by hand: all worlds in one program each of few databases, in order and shuffled.
import { expect, test } from 'vitest';
import { startTestApi } from '../../server/test/support/test-api.ts';
import { openChance } from '../chance.ts';
import { show } from '../model/rational.ts';
import { RefusedError } from '../run/doors.ts';
import { publishRates, tellWorlds } from '../run/tell.ts';
import type { Sentence } from './sentence.ts';
import { SENTENCES } from './sentences.ts';

const only = process.env['ORACLE_SAYS'];
const asked = SENTENCES.filter(({ says }) => only === undefined || says.includes(only));

/** Worlds with one clock can be told side by side. */
function byClock(): Sentence[][] {
  const groups = new Map<string, Sentence[]>();
  for (const one of asked) {
    const clock = JSON.stringify([one.world.now, one.world.later]);
    groups.set(clock, [...(groups.get(clock) ?? []), one]);
  }
  return [...groups.values()];
}

test.for(byClock().map((group, index): [number, Sentence[]] => [index, group]))(
  'the product pays what the sentences say, by clock %i',
  { timeout: 240_000 },
  async ([, group]) => {
    const api = await startTestApi({ lanesPerTransaction: 1024, fence: false, max: 8 });
    try {
      await publishRates(api);
      const tales = group.flatMap(({ world }, index) => [{ world }, { world, shuffled: openChance(index) }]);
      const outcomes = await tellWorlds(api, tales);
      const told = group.map(({ says, of, owes, finding }, index) => ({
        says: `${says} (${of})`,
        finding,
        owes,
        ...read(outcomes[index * 2]),
        shuffled: read(outcomes[index * 2 + 1]),
      }));
      const wrong = told
        .filter(({ owes, paid, shuffled }) => [paid, shuffled.paid].some((one) => !sameAmounts(one, owes)))
        .filter(({ finding }) => finding === undefined);
      expect(wrong).toEqual([]);
    } finally {
      await api.close();
    }
  },
);

type Told = Awaited<ReturnType<typeof tellWorlds>>[number] | undefined;

function read(outcome: Told): { readonly paid: Record<string, string>; readonly apart?: readonly string[] } {
  if (outcome === undefined || outcome instanceof RefusedError)
    return { paid: { refused: outcome?.message ?? 'nothing came back' } };
  const paid = Object.fromEntries([...outcome.amounts].map(([key, amount]) => [key, show(amount)]));
  return outcome.apart.length === 0 ? { paid } : { paid, apart: outcome.apart };
}

function sameAmounts(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
