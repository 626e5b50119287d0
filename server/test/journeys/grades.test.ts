// docs/grades.md as partners live it: up the ladder on a date, a grace, down again, evidence that comes too late to change what was decided, a
// person's word that somebody else agrees to; and each lot is paid by the grade of its instant.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningPlumbline } from './running-plumbline.ts';
import { ToldProgram, verifyBooks } from './told-program.ts';

let dataFolder: string;
let plumbline: RunningPlumbline;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-grades-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** 5 a lot; who brought two lots in a month is gold from the day after, at 8 a lot, and stays it for a month of grace. */
const termsWith = (more: object): object => ({
  currency: 'USD',
  components: [
    { id: 'lots', kind: 'per_lot', rates: [{ rate: '5' }], holdDays: 0, minimumDurationSeconds: 0 },
  ],
  grades: {
    ladder: [
      { grade: 'bronze' },
      {
        grade: 'gold',
        needs: [{ metric: 'lots', atLeast: '2' }],
        terms: [{ component: 'lots', rates: [{ rate: '8' }] }],
      },
    ],
    windowLength: 1,
    downgrade: 'after_grace',
    graceMonths: 1,
    ...more,
  },
});

test('a partner goes up, keeps its grade for the grace, goes down, and is paid by the grade of each trade', async () => {
  const program = await ToldProgram.open(plumbline.url, { clockAt: '2026-01-20T00:00:00Z' });
  const partner = async (name: string, login: string, more: object): Promise<string> => {
    const id = await program.partner(name);
    await program.code(id, name.toUpperCase());
    const deal = { programId: program.id, partnerId: id, effectiveFrom: null, document: termsWith(more) };
    await program.make('/v1/deals', deal);
    await program.tell('crm', {
      kind: 'registration',
      externalId: `r-${name}`,
      occurredAt: '2026-01-02T00:00:00Z',
      code: name.toUpperCase(),
      identifiers: [
        { namespace: 'customer', value: name },
        { namespace: 'mt5:live', value: login },
      ],
    });
    return id;
  };
  const ann = await partner('Ann', '71', {});
  const bob = await partner('Bob', '72', { approval: 'manual' });
  const trade = (login: string, day: string): Promise<string[]> =>
    program.trade(login, `${day}T08:00:00Z`, `${day}T09:00:00Z`);
  const clock = async (at: string): Promise<void> => {
    await program.settle();
    await program.make(`/v1/programs/${program.id}/clock`, { at });
    await program.settle();
  };
  const gradeOf = async (id: string): Promise<string> =>
    (await program.read(`/v1/partners/${id}/grade`)).grade;
  const decisions = async (id: string, more = ''): Promise<{ id: string; after: string; at: string }[]> =>
    (await program.read(`/v1/grade-decisions?partnerId=${id}${more}`)).items;

  for (const login of ['71', '72']) for (const day of ['2026-01-10', '2026-01-12']) await trade(login, day);
  expect([await program.earned(ann), await program.earned(bob)]).toEqual([10, 10]);
  expect((await program.read(`/v1/partners/${ann}/grade`)).next.needs).toEqual([
    { metric: 'lots', atLeast: '2', seen: '2', missing: '0' },
  ]);

  // The check of February finds two lots each: Ann is gold from the 2nd, Bob when somebody agrees.
  await clock('2026-02-04T00:00:00Z');
  for (const login of ['71', '72']) for (const day of ['2026-02-01', '2026-02-03']) await trade(login, day);
  expect([await program.earned(ann), await program.earned(bob)]).toEqual([23, 20]);
  expect([await gradeOf(ann), await gradeOf(bob)]).toEqual(['gold', 'bronze']);
  const [waiting] = await decisions(bob, '&state=waiting');
  await program.make(`/v1/grade-decisions/${waiting?.id}/approve`, { note: 'a good start' });
  expect([await program.earned(bob), await gradeOf(bob)]).toEqual([23, 'gold']);

  // Nothing in March, one lot in April: the check of April begins a grace, that of May ends it.
  await clock('2026-04-03T00:00:00Z');
  expect((await decisions(ann)).map(({ after }) => after)).toEqual(['gold', 'gold', 'gold']);
  await trade('71', '2026-04-02');
  expect(await program.earned(ann)).toBe(31);
  await clock('2026-05-03T00:00:00Z');
  expect(await gradeOf(ann)).toBe('bronze');
  await trade('71', '2026-05-02');
  expect(await program.earned(ann)).toBe(36);

  // A lot of April that is told in May is paid by the grade of April, and does not undo what was decided by what was known.
  await trade('71', '2026-04-20');
  expect([await program.earned(ann), await gradeOf(ann)]).toEqual([44, 'bronze']);
  expect(await decisions(ann, '&wouldDiffer=true')).toMatchObject([
    {
      at: '2026-05-01T00:00:00.000Z',
      after: 'bronze',
      wouldDiffer: { code: 'decision_would_differ', after: 'gold' },
    },
  ]);

  // A person makes it good, and somebody else agrees: what was paid as bronze since then is paid as gold.
  const word = { grade: 'gold', effectiveFrom: '2026-05-01T00:00:00Z', reason: 'a lot of April came late' };
  const said = await program.make(`/v1/partners/${ann}/grade`, word);
  const alone = await program.ask('POST', `/v1/grade-decisions/${said.id}/approve`, {});
  expect([alone.status, alone.body.code]).toEqual([409, 'second_person_needed']);
  expect(await program.earned(ann)).toBe(44);
  const { key } = await program.make('/v1/api-keys', { name: 'second person', scopes: ['*'] });
  await program.make(`/v1/grade-decisions/${said.id}/approve`, { note: 'seen' }, key);
  expect([await program.earned(ann), await gradeOf(ann)]).toEqual([47, 'gold']);
  expect(verifyBooks(dataFolder)).toContain('The books agree with the evidence.');
});
