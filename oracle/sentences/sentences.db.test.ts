// The product against the sums by hand: each world a program of its own, all of one clock in one database.
import { expect, test } from 'vitest';
import { startTestApi } from '../../server/test/support/test-api.ts';
import { openChance } from '../chance.ts';
import { show } from '../model/rational.ts';
import { RefusedError } from '../run/doors.ts';
import { publishRates, tellWorlds } from '../run/tell.ts';
import type { Sentence } from './sentence.ts';
import { SENTENCES } from './sentences.ts';

/** Every how manyth sentence is told in another order, too. */
const SHUFFLE_EVERY = Number(process.env['ORACLE_SHUFFLE'] ?? 3);

const only = process.env['ORACLE_SAYS']?.split('|');
/** "2/5": the second of five parts. */
const [part = 1, parts = 1] = (process.env['ORACLE_PART'] ?? '').split('/').filter(Boolean).map(Number);
const asked = SENTENCES.filter(({ says }) => only?.some((words) => says.includes(words)) ?? true).filter(
  (_one, index) => index % parts === part - 1,
);

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
      const again = group.filter((_one, index) => index % SHUFFLE_EVERY === 0);
      const outcomes = await tellWorlds(api, [
        ...group.map(({ world }) => ({ world })),
        ...again.map(({ world }, index) => ({ world, shuffled: openChance(index) })),
      ]);
      const wrong = [...group, ...again].flatMap(({ says, of, owes, finding }, index) => {
        const paid = read(outcomes[index]);
        if (finding !== undefined || sameAmounts(paid, owes)) return [];
        return [{ says, of, owes, paid, ...(index >= group.length ? { order: 'shuffled' } : {}) }];
      });
      expect(wrong).toEqual([]);
    } finally {
      await api.close();
    }
  },
);

type Told = Awaited<ReturnType<typeof tellWorlds>>[number] | undefined;

function read(outcome: Told): Record<string, string> {
  if (outcome === undefined || outcome instanceof RefusedError)
    return { refused: outcome?.message ?? 'nothing came back' };
  return Object.fromEntries([...outcome.amounts].map(([key, amount]) => [key, show(amount)]));
}

function sameAmounts(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
